// Two of Argo CD's commands in one program, picked by the name under which it is called.
//
// Upstream's own main package (cmd/main.go) differs only in holding all the other commands too: the API server, the
// command line, Dex, notifications. They cost half of the compile time and the tests run none of them. It also turns
// off a lookup of gRPC's that one of those turns on.
package main

import (
	"os"
	"path/filepath"

	controller "github.com/argoproj/argo-cd/v3/cmd/argocd-application-controller/commands"
	reposerver "github.com/argoproj/argo-cd/v3/cmd/argocd-repo-server/commands"
)

func main() {
	command := controller.NewCommand()
	if filepath.Base(os.Args[0]) == "argocd-repo-server" {
		command = reposerver.NewCommand()
	}
	if command.Execute() != nil {
		os.Exit(1)
	}
}
