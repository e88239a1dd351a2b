package scaffold

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
)

// Draft is the file of a new environment, as far as it is known.
type Draft struct {
	Name    string
	GPU     bool // a pool of GPU nodes
	Answers Answers
	Accept  Acceptance
	Date    string // YYYY-MM-DD, on which the support of versions is judged

	loader *load.Loader
	folder load.Folder
	fleet  []load.Result
}

// Place takes the folder of the environment in the fleet below a root. A name that the
// schema refuses is no folder, so it is tried in another one first.
func (n *Draft) Place(root string) error {
	n.loader = load.New(root)
	n.folder = folderIn(root, "new")
	_, r := n.File()
	for _, d := range r.Diagnostics {
		if d.Path == "name" {
			return errors.New(d.Message)
		}
	}
	n.folder = folderIn(root, n.Name)
	return nil
}

// folderIn is a folder of the fleet.
func folderIn(root, name string) load.Folder {
	dir := filepath.Join(root, load.FleetFolder, name)
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	return load.Folder{Dir: dir, Shown: path.Join(load.FleetFolder, name), Files: load.Names()[:1]}
}

// Join adds the other environments of the fleet, among which the name must be free.
// Environments with mistakes are not a draft's business.
func (n *Draft) Join(fleet []load.Result) error {
	n.fleet = fleet
	for _, r := range fleet {
		if r.Folder.Dir == n.folder.Dir || r.Environment != nil && r.Environment.Name == n.Name {
			return fmt.Errorf("environment %q is there already: %s", n.Name, path.Join(r.Folder.Shown, r.Folder.Files[0]))
		}
	}
	return nil
}

// Path is where the file will be, below the root.
func (n *Draft) Path() string { return path.Join(n.folder.Shown, n.folder.Files[0]) }

// File is the file, and what the schema makes of it.
func (n *Draft) File() ([]byte, load.Result) {
	environment := n.Answers.environment(n.Name, n.GPU)
	environment.Accept = n.Accept
	text := environment.File()
	if formatted, err := load.Formatted(text); err == nil {
		text = formatted // else what is wrong with it is among the diagnostics
	}
	return text, n.loader.Draft(n.folder, text)
}

// Contradiction says which answers exclude each other, nil when none do.
func (n *Draft) Contradiction() error {
	switch {
	case with("connection")(n) && without("management-cidr")(n):
		return errors.New("--connection leads to the management cluster: it goes with --management-cidr")
	case with("attach")(n) && !throughGateway(n):
		return errors.New("--attach is about the gateway of --connection, a tgw- or vgw- id")
	}
	return nil
}

// Refused are the answers that the schema refuses, a line each.
func (n *Draft) Refused() []string {
	_, draft := n.File()
	var all []string
	for _, q := range Questions() {
		for _, d := range q.concerning(draft.Diagnostics) {
			if n.Answers.Has(q.Flag) {
				all = append(all, fmt.Sprintf("--%s: %s", q.Flag, byFlag(d.Message)))
			}
		}
	}
	return all
}

// Missing are the flags that must be given and are not, a line each.
func (n *Draft) Missing() []string {
	var all []string
	for _, q := range Questions() {
		if q.Must && n.Open(q) {
			all = append(all, fmt.Sprintf("%-22s %s", "--"+q.Flag, q.Asked))
		}
	}
	return all
}

// Suggest answers open questions that need no answer as the questions suggest.
func (n *Draft) Suggest() {
	for _, q := range Questions() {
		if !q.Must && q.suggested != nil && n.Open(q) {
			n.Answers[q.Flag] = q.suggested(n)
		}
	}
}

// Open reports whether a question is worth asking, after the answers so far.
func (n *Draft) Open(q Question) bool { return !n.Answers.Has(q.Flag) && q.open(n) }

// Suggestion is what an empty answer to a question is taken for; empty for nothing.
func (n *Draft) Suggestion(q Question) string {
	if q.suggested == nil {
		return ""
	}
	return q.suggested(n)
}

// Answer answers a question and returns what the schema says against that, with the
// flag by which it is accepted; then the question stays open.
func (n *Draft) Answer(q Question, text string) diag.List {
	n.Answers[q.Flag] = text
	_, draft := n.File()
	bad := q.concerning(draft.Diagnostics)
	if len(bad) > 0 {
		delete(n.Answers, q.Flag)
	}
	return AcceptedByFlag(bad)
}
