// Command argocd does with manifests what Argo CD's controllers do with them, by
// their own packages: it fills in an ApplicationSet, validates Applications, says
// what a project permits, tells health, walks through a sync and a deletion.
//
// The question comes as JSON on standard input, the answer as JSON on standard
// output; the argument says what is asked. There is no server: what a controller
// reads from the management cluster is part of the question.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	log "github.com/sirupsen/logrus"
)

func main() {
	log.SetOutput(io.Discard)
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch strings.Join(args, " ") {
	case "generate":
		return answer(generate)
	case "validate":
		return answer(validate)
	case "permitted":
		return answer(permitted)
	case "plugin":
		return answer(pluginOf)
	case "health":
		return answer(tellHealth)
	case "sync":
		return answer(walk)
	case "delete":
		return answer(deletion)
	}
	return fmt.Errorf("argocd generate | validate | permitted | plugin | health | sync | delete, not %q", args)
}

// answer refuses a field that Argo CD's types do not have.
func answer[Q, A any](f func(Q) (A, error)) error {
	var question Q
	in := json.NewDecoder(os.Stdin)
	in.DisallowUnknownFields()
	if err := in.Decode(&question); err != nil {
		return err
	}
	a, err := f(question)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(a)
}
