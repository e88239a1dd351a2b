package scaffold

import (
	"errors"
	"fmt"
	"path"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/source"
)

// Draft is the file of a new environment, with the answers so far.
type Draft struct {
	Name    string
	GPU     bool // a pool of GPU nodes
	Answers Answers
	Accept  Acceptance
	Date    string // YYYY-MM-DD, on which the support of versions is judged

	loader *load.Loader
	folder source.Folder
	fleet  []load.Result
}

// Place sets the folder of the environment in the fleet below a root. The error is the
// schema's if it refuses the name; the name is checked in another folder, because a wrong
// name may not be a folder's.
func (n *Draft) Place(root string) error {
	n.loader = load.New(root)
	n.folder = source.Member(root, "new")
	_, r := n.File()
	for _, d := range r.Diagnostics {
		if d.Path == "name" {
			return errors.New(d.Message)
		}
	}
	n.folder = source.Member(root, n.Name)
	return nil
}

// Join sets the other environments of the fleet. It is an error if one has the draft's
// name; other mistakes of theirs do not matter.
func (n *Draft) Join(fleet []load.Result) error {
	n.fleet = fleet
	for _, r := range fleet {
		if r.Folder.Dir == n.folder.Dir || r.Environment != nil && r.Environment.Name == n.Name {
			return fmt.Errorf("environment %q is there already: %s", n.Name, path.Join(r.Folder.Shown, r.Folder.Files[0]))
		}
	}
	return nil
}

// Path returns the path of the file below the root.
func (n *Draft) Path() string { return path.Join(n.folder.Shown, n.folder.Files[0]) }

// File returns the text of the file, and the result of checking it.
func (n *Draft) File() ([]byte, load.Result) {
	text := n.Text()
	if formatted, err := load.Formatted(text); err == nil {
		text = formatted // else the diagnostics have the error
	}
	return text, n.loader.Draft(n.folder, map[string][]byte{n.folder.Files[0]: text})
}

// Contradiction returns an error if answers contradict each other.
func (n *Draft) Contradiction() error {
	switch {
	case with("connection")(n) && without("management-cidr")(n):
		return errors.New("--connection leads to the management cluster: it goes with --management-cidr")
	case with("attach")(n) && !throughGateway(n):
		return errors.New("--attach is about the gateway of --connection, a tgw- or vgw- id")
	}
	return nil
}

// Refused returns the answers that the schema refuses, a line each.
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

// Missing returns the required flags that are missing, a line each.
func (n *Draft) Missing() []string {
	var all []string
	for _, q := range Questions() {
		if q.Must && n.Open(q) {
			all = append(all, fmt.Sprintf("%-22s %s", "--"+q.Flag, q.Asked))
		}
	}
	return all
}

// Suggest answers the open optional questions by their suggestions.
func (n *Draft) Suggest() {
	for _, q := range Questions() {
		if !q.Must && q.suggested != nil && n.Open(q) {
			n.Answers[q.Flag] = q.suggested(n)
		}
	}
}

// Open reports whether a question is to be asked after the answers so far.
func (n *Draft) Open(q Question) bool { return !n.Answers.Has(q.Flag) && q.open(n) }

// Suggestion returns the answer that replaces an empty one, or "".
func (n *Draft) Suggestion(q Question) string {
	if q.suggested == nil {
		return ""
	}
	return q.suggested(n)
}

// Answer answers a question. If the schema refuses the answer, it returns why, with the
// flag by which that is accepted, and the question stays open.
func (n *Draft) Answer(q Question, text string) diag.List {
	n.Answers[q.Flag] = text
	_, draft := n.File()
	bad := q.concerning(draft.Diagnostics)
	if len(bad) > 0 {
		delete(n.Answers, q.Flag)
	}
	return AcceptedByFlag(bad)
}
