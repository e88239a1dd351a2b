package cli

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
)

// newNew is `dominoc new`.
func newNew(o *options) *cobra.Command {
	n := &creation{options: o, replies: replies{}, accepted: acceptance{}}
	c := &cobra.Command{
		Use:   "new name",
		Short: "Add an environment to the fleet",
		Long: `New writes ` + fleetFolder + `/NAME/environment.cue. What it must know it takes from flags, from
the shared values in the folders above, or asks for on a terminal. Answers are
checked by the schema as they come, and the environment is held against the fleet
before anything is written; the range of its VPC is the lowest that the fleet
does not use. What is not asked for is as in the install page of Domino.`,
		Example: `  dominoc new prod-eu
  dominoc new prod-eu --account 123456789012 --region eu-central-1 \
    --zones eu-central-1a,eu-central-1b,eu-central-1c \
    --fqdn domino.example.eu --kubernetes 1.35`,
		Args:              oneName,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(c *cobra.Command, args []string) error { return n.run(c, args[0]) },
	}
	for _, q := range questions() {
		c.Flags().Var(n.replies.flag(q), q.flag, q.usage)
		completeBy(c, q.flag, func() []string { return q.values(string(o.date)) })
	}
	c.Flags().BoolVar(&n.gpu, "gpu", false, "add the pool of GPU nodes")
	c.Flags().Var(n.accepted, "accept", "`code=reason`: write into the file that it accepts a diagnostic, such as region-unknown of a region newer than this dominoc; once for each code")
	complete(c, "accept", nil)
	return c
}

func oneName(c *cobra.Command, args []string) error {
	if len(args) == 1 {
		return nil
	}
	return wrong(fmt.Errorf("%s takes the name of one environment", c.Name()))
}

// creation is one run of the command.
type creation struct {
	*options
	replies  replies
	gpu      bool
	accepted acceptance

	name   string
	folder load.Folder
	loader *load.Loader
	fleet  []load.Result
}

func (n *creation) run(c *cobra.Command, name string) error {
	if !n.hasFleet() {
		return wrong(errors.New("no folder \"" + fleetFolder + "\" here: make a repository with dominoc init, or name it with -C"))
	}
	n.name, n.loader = name, load.New(n.root)
	if err := n.place(); err != nil {
		return err
	}
	if err := n.readFleet(c); err != nil {
		return err
	}
	if err := n.complete(c.Context()); err != nil {
		return err
	}
	text, draft := n.draft()
	found := n.held(draft)
	if found.HasErrors() {
		return n.refuse(found, text)
	}
	if err := emit.Create(n.root, n.file(), text); err != nil {
		return failed(err)
	}
	fmt.Fprintf(n.streams.Err, "%s written\n", n.file())
	return n.report(found, diag.Text)
}

// place is where the environment will be. A name that the schema refuses is no
// folder, so it is tried in another one first.
func (n *creation) place() error {
	const other = "new"
	n.at(other)
	_, r := n.draft()
	for _, d := range r.Diagnostics {
		if d.Path == "name" {
			return wrong(errors.New(d.Message))
		}
	}
	n.at(n.name)
	return nil
}

// at takes a folder of the fleet.
func (n *creation) at(folder string) {
	dir := filepath.Join(n.root, fleetFolder, folder)
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	n.folder = load.Folder{Dir: dir, Shown: path.Join(fleetFolder, folder), Files: load.Names()[:1]}
}

// readFleet wants the name to be free. Environments with mistakes are not this
// command's business.
func (n *creation) readFleet(c *cobra.Command) error {
	folders, err := load.Find(n.root, []string{fleetPattern})
	var none *load.NoMatch
	if err != nil && !errors.As(err, &none) {
		return failed(err)
	}
	n.fleet, _, err = n.check(c.Context(), folders)
	if err != nil {
		return err
	}
	for _, r := range n.fleet {
		if r.Folder.Dir == n.folder.Dir || r.Environment != nil && r.Environment.Name == n.name {
			return wrong(fmt.Errorf("environment %q is there already: %s", n.name, path.Join(r.Folder.Shown, r.Folder.Files[0])))
		}
	}
	return nil
}

// draft is the file as far as it is known, and what the schema makes of it.
func (n *creation) draft() ([]byte, load.Result) {
	environment := n.replies.environment(n.name, n.gpu)
	environment.Accept = n.accepted
	text := environment.File()
	if formatted, err := load.Formatted(text); err == nil {
		text = formatted // else what is wrong with it is among the diagnostics
	}
	return text, n.loader.Draft(n.folder, text)
}

// held is what is wrong with the environment alone and in the fleet.
func (n *creation) held(draft load.Result) diag.List {
	if draft.Environment == nil {
		return draft.Diagnostics
	}
	all := append(slices.Clone(n.fleet), draft)
	in := inputs(all)
	rules, _ := n.rules(len(in) < len(all)) // what is wrong with the rules themselves is vet's to say
	return append(draft.Diagnostics, compositions.Check(in, map[int]bool{len(in) - 1: true}, rules...)...)
}

func (n *creation) file() string { return path.Join(n.folder.Shown, n.folder.Files[0]) }

// refuse reports mistakes at the lines of the file that was not written.
func (n *creation) refuse(found diag.List, text []byte) error {
	w := n.streams.Err
	source := func(file string) []byte {
		if file == n.file() {
			return text
		}
		return n.source(file)
	}
	if err := diag.Print(w, acceptedByFlag(found), diag.Text, diag.Options{Color: n.color.on(w), Source: source}); err != nil {
		return failed(err)
	}
	fmt.Fprintf(w, "\n%s; nothing was written\n", diag.Summary(found))
	return problems()
}

// inFile is how messages say that a file accepts a code.
var inFile = regexp.MustCompile(`\baccept: "([a-z0-9-]+)": "…"`)

// byFlag tells how to accept a code in a file that does not exist yet.
func byFlag(text string) string { return inFile.ReplaceAllString(text, `--accept "$1=…"`) }

func acceptedByFlag(found diag.List) diag.List {
	told := slices.Clone(found)
	for i := range told {
		told[i].Message, told[i].Hint = byFlag(told[i].Message), byFlag(told[i].Hint)
	}
	return told
}

// given are the flags that were given and refused, a line each.
func (n *creation) given(draft load.Result) []string {
	var all []string
	for _, q := range questions() {
		for _, d := range q.concerning(draft.Diagnostics) {
			if n.replies.has(q.flag) {
				all = append(all, fmt.Sprintf("--%s: %s", q.flag, byFlag(d.Message)))
			}
		}
	}
	return all
}

func lines(first string, rest []string) error {
	return wrong(errors.New(first + "\n  " + strings.Join(rest, "\n  ")))
}
