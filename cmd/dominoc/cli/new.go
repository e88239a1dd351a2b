package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/cmd/dominoc/scaffold"
	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/schema/diag"
)

// newNew is `dominoc new`.
func newNew(o *options) *cobra.Command {
	n := &creation{options: o, draft: scaffold.Draft{Answers: scaffold.Answers{}, Accept: scaffold.Acceptance{}}}
	c := &cobra.Command{
		Use:   "new name",
		Short: "Add an environment to the fleet",
		Long: `New writes ` + workspace.Fleet + `/NAME/environment.cue. Required values come from
flags, from shared values in the folders above, or from questions on a terminal. Each
answer is checked against the schema, and the environment against the fleet before
anything is written; the VPC gets the lowest range that the fleet does not use. All
other fields default to the values of Domino's install page.`,
		Example: `  dominoc new prod-eu
  dominoc new prod-eu --account 123456789012 --region eu-central-1 \
    --zones eu-central-1a,eu-central-1b,eu-central-1c \
    --fqdn domino.example.eu --kubernetes 1.35`,
		Args:              takes(1, 1, "the name of one environment"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(c *cobra.Command, args []string) error { return n.run(c, args[0]) },
	}
	for _, q := range scaffold.Questions() {
		c.Flags().Func(q.Flag, q.Usage, n.draft.Answers.Set(q))
		completeBy(c, q.Flag, func() []string { return q.Values(o.day()) })
	}
	c.Flags().BoolVar(&n.draft.GPU, "gpu", false, "add the pool of GPU nodes")
	c.Flags().Func("accept", "`code=reason`: write into the file that it accepts a diagnostic, such as region-unknown of a region newer than this dominoc; once for each code", n.draft.Accept.Set)
	complete(c, "accept", nil)
	return c
}

// creation is one run of the command.
type creation struct {
	*options
	draft scaffold.Draft
}

func (n *creation) run(c *cobra.Command, name string) error {
	if !n.workspace().HasFleet() {
		return wrong(errors.New("no folder \"" + workspace.Fleet + "\" here: make a repository with dominoc init, or name it with -C"))
	}
	n.draft.Name, n.draft.Date = name, n.day()
	if err := n.draft.Place(n.root); err != nil {
		return wrong(err)
	}
	others, err := n.workspace().Find(nil)
	if err != nil {
		return err
	}
	fleet, _, err := n.workspace().LoadAll(c.Context(), others.Folders)
	if err != nil {
		return err
	}
	if err := n.draft.Join(fleet); err != nil {
		return wrong(err)
	}
	if err := n.complete(c.Context()); err != nil {
		return err
	}
	text, draft := n.draft.File()
	found := n.workspace().Judge(fleet, draft)
	if found.HasErrors() {
		return n.refuse(found, text)
	}
	if err := emit.Create(n.root, n.draft.Path(), text); err != nil {
		return err
	}
	fmt.Fprintf(n.streams.Err, "%s written\n", n.draft.Path())
	return n.report(found)
}

// refuse reports mistakes at the lines of the unwritten file.
func (n *creation) refuse(found diag.List, text []byte) error {
	w := n.streams.Err
	source := func(file string) []byte {
		if file == n.draft.Path() {
			return text
		}
		return n.source(file)
	}
	if err := diag.Print(w, scaffold.AcceptedByFlag(found), diag.Text, diag.Options{Color: n.color.on(w), Source: source}); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n%s; nothing was written\n", diag.Summary(found))
	return problems()
}

// complete completes the answers: by questions on a terminal, otherwise by suggestions.
// Its error names everything that is missing.
func (n *creation) complete(ctx context.Context) error {
	lines := func(first string, rest []string) error {
		return wrong(errors.New(first + "\n  " + strings.Join(rest, "\n  ")))
	}
	if err := n.draft.Contradiction(); err != nil {
		return wrong(err)
	}
	if bad := n.draft.Refused(); len(bad) > 0 {
		return lines("the schema refuses what is given:", bad)
	}
	if n.asks() {
		return n.askAll(ctx)
	}
	if open := n.draft.Missing(); len(open) > 0 {
		return lines("not a terminal; missing flags:", open)
	}
	n.draft.Suggest()
	return nil
}

// askAll asks all open questions, and again if the schema refuses the answer.
func (n *creation) askAll(ctx context.Context) error {
	in := bufio.NewReader(n.streams.In)
	for _, q := range scaffold.Questions() {
		for done := !n.draft.Open(q); !done; {
			said, err := n.ask(ctx, in, q.Asked, n.draft.Suggestion(q))
			switch {
			case errors.Is(err, errNoAnswer):
				return wrong(fmt.Errorf("%w; nothing was written", err))
			case err != nil:
				return err
			case said == "":
				done = !q.Must
				continue
			}
			bad := n.draft.Answer(q, said)
			for _, d := range bad {
				fmt.Fprintf(n.streams.Err, "  %s\n", d.Message)
			}
			done = len(bad) == 0
		}
	}
	return nil
}
