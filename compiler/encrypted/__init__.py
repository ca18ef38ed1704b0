"""The files of Secrets that users keep encrypted in Git: which are read, and what is wrong with one."""
