package script

import (
	"os"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/tests/apiserver"
)

// startCluster is `cluster FILE`: an API server that has the objects of
// a file, and a kubeconfig for it, which KUBECONFIG then names.
func startCluster(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: cluster FILE")
	}
	content, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	objects, err := emit.Objects(content)
	ts.Check(err)
	server := &apiserver.Server{Objects: objects}
	listening, kubeconfig, err := server.Start(ts.MkAbs("."))
	ts.Check(err)
	ts.Defer(listening.Close)
	ts.Setenv("KUBECONFIG", kubeconfig)
	ts.Setenv("SERVER", listening.URL)
}
