package cli

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/cmd/dominoc/takeover"
	"github.com/dominoc/dominoc/cmd/dominoc/terraform"
	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
)

// importing is the command with its own flags.
type importing struct {
	*options
	fqdn   string
	format string
	zones  []takeover.Zone
	take   []string
	check  bool
	force  bool
}

// newImport is `dominoc import`.
func newImport(o *options) *cobra.Command {
	i := &importing{options: o}
	c := &cobra.Command{
		Use:   "import path...",
		Short: "Take over an installation of Domino's Terraform modules",
		Long: `Import reads states of Terraform (the files, the output of terraform state pull, or of
terraform show -json) and files of variables, and writes the environment that takes the
installation over. A folder stands for the states and variables in it. It asks neither
AWS nor Terraform.

It writes ` + workspace.Fleet + `/NAME/environment.cue, which people edit, ` + takeover.AdoptedName + `, the facts of
what was there, which nobody edits, and ids.cue. The environment manages the cluster,
its log group, its OIDC provider, its add-ons and its pools; everything else is brought
by id and stays with Terraform. So does a pool that an environment cannot say.

With --take it manages these parts in addition: registry (the repositories of ECR and the
cache of quay.io), key (the KMS key that Terraform made, and its alias), security
(the security groups of control plane, nodes and file system with their rules), storage
(the file system with its backups, and the buckets). For an environment that is in the fleet already, --take adds to its
` + takeover.AdoptedName + ` and ids.cue, and leaves the file that people edit alone; only these parts are
compared. Network and roles stay with Terraform: an environment divides a VPC in another
way, and gives roles other names.

Before it writes, import compares everything that the environment would apply with the
states, field by field and in both directions. If anything but added tags would change,
it says what, and writes nothing.

With --check it writes nothing. If the environment is in the fleet already, its files are
compared as they are.

The exit code is 1 if the installation is refused, or if more than tags would change.`,
		Example:           "  dominoc import ./terraform --fqdn domino.example.com\n  dominoc import ./terraform --fqdn domino.example.com --check\n  dominoc import ./terraform --take registry,key,security,storage",
		Args:              takes(1, math.MaxInt, "states of Terraform, or their folder"),
		ValidArgsFunction: nil,
		RunE:              func(c *cobra.Command, args []string) error { return i.run(c, args) },
	}
	c.Flags().StringVar(&i.fqdn, "fqdn", "", "`name` by which users reach Domino; no state has it")
	c.Flags().Func("zone", "`name=subnet:cidr`: a zone that Terraform did not make, with its subnets; further ones after commas as public:subnet:cidr and pod:subnet:cidr", func(s string) error {
		z, err := takeover.ParseZone(s)
		i.zones = append(i.zones, z)
		return err
	})
	formatFlag(c, &i.format, "of the report: text, markdown, json", []string{"text", "markdown", "json"})
	c.Flags().StringSliceVar(&i.take, "take", nil, "`parts` to manage in addition: "+strings.Join(parts(), ", "))
	c.Flags().BoolVar(&i.check, "check", false, "write nothing")
	c.Flags().BoolVar(&i.force, "force", false, "write the environment even if more than tags would change")
	complete(c, "fqdn", nil)
	complete(c, "zone", nil)
	complete(c, "take", parts())
	return c
}

// parts are the names of what --take takes.
func parts() []string {
	var names []string
	for _, p := range takeover.Parts() {
		names = append(names, string(p))
	}
	return names
}

// taken are the parts that the user named, in the order of all.
func (i *importing) taken() ([]takeover.Part, error) {
	for _, name := range i.take {
		if !slices.Contains(parts(), name) {
			return nil, unknownValue("take", name, parts())
		}
	}
	return slices.DeleteFunc(takeover.Parts(), func(p takeover.Part) bool { return !slices.Contains(i.take, string(p)) }), nil
}

func (i *importing) run(c *cobra.Command, paths []string) error {
	parts, err := i.taken()
	if err != nil {
		return err
	}
	state, found := terraform.Open(paths...)
	if found.HasErrors() {
		return i.conclude(found)
	}
	others, is, err := i.fleet(c, takeover.Name(state))
	if err != nil {
		return err
	}
	t, err := i.decide(state, others, is, parts)
	if err != nil {
		return err
	}
	if err := i.print(t.Report.In(i.format)); err != nil {
		return err
	}
	return i.finish(append(found, t.Found...), t)
}

// fleet loads the environments, and the one of a name apart from the others.
func (i *importing) fleet(c *cobra.Command, name string) (others []load.Result, is *load.Result, err error) {
	if !i.workspace().HasFleet() {
		return nil, nil, wrong(errors.New("no folder \"" + workspace.Fleet + "\" here: make a repository with dominoc init, or name it with -C"))
	}
	all, err := i.workspace().Find(nil)
	if err != nil {
		return nil, nil, err
	}
	results, _, err := i.workspace().LoadAll(c.Context(), all.Folders)
	for _, r := range results {
		if filepath.Base(r.Folder.Dir) == name || r.Environment != nil && r.Environment.Name == name {
			is = &r
		} else {
			others = append(others, r)
		}
	}
	return others, is, err
}

func (i *importing) decide(state *terraform.Installation, others []load.Result, is *load.Result, parts []takeover.Part) (*takeover.Takeover, error) {
	switch {
	case is == nil && i.fqdn == "" && takeover.Name(state) != "":
		return nil, wrong(errors.New("--fqdn is missing: the name by which users reach Domino, which no state has"))
	case is == nil:
		return takeover.Of(i.workspace(), others, state, i.fqdn, i.zones, parts)
	case len(parts) > 0:
		return takeover.Take(i.workspace(), others, state, *is, parts)
	case !i.check:
		return nil, wrong(fmt.Errorf("environment %q is there already: %s; compare it with the states: --check, or take parts in addition: --take", takeover.Name(state), is.Folder.Shown))
	}
	return takeover.Check(i.workspace(), others, state, *is)
}

// finish writes the environment, unless it is refused or only checked.
func (i *importing) finish(found diag.List, t *takeover.Takeover) error {
	if found.HasErrors() {
		return i.unwritten(found, t)
	}
	proven := t.Proven()
	if !i.check && (proven || i.force && len(t.Files) > 0) {
		for _, name := range slices.Sorted(maps.Keys(t.Files)) {
			if err := i.write(name, t); err != nil {
				return err
			}
			fmt.Fprintf(i.streams.Err, "%s written\n", name)
		}
	}
	if err := i.unwritten(found, t); err != nil {
		return err
	}
	if !proven {
		return problems()
	}
	return nil
}

// write writes a file: a new one, or one of an environment that is in the fleet.
func (i *importing) write(name string, t *takeover.Takeover) error {
	if !t.Added {
		return emit.Create(i.root, name, t.Files[name])
	}
	return emit.Replace(i.root, name, func(w io.Writer) error { _, err := w.Write(t.Files[name]); return err })
}

// unwritten reports diagnostics, at the lines of files that may not be written.
func (i *importing) unwritten(found diag.List, t *takeover.Takeover) error {
	source := func(file string) []byte {
		if text, unwritten := t.Files[file]; unwritten {
			return text
		}
		if text := i.source(file); text != nil {
			return text
		}
		text, _ := os.ReadFile(file)
		return text
	}
	w := i.streams.Err
	if err := diag.Print(w, found, diag.Text, diag.Options{Color: i.color.on(w), Source: source}); err != nil {
		return err
	}
	if found.HasErrors() {
		fmt.Fprintf(w, "\n%s; nothing was written\n", diag.Summary(found))
		return problems()
	}
	return nil
}
