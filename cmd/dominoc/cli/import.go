package cli

import (
	"fmt"
	"math"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/cmd/dominoc/takeover"
	"github.com/dominoc/dominoc/cmd/dominoc/terraform"
	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/source"
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
what was there, which dominoc alone writes, and ids.cue. The environment manages the
cluster, its log group, its OIDC provider, its add-ons and its pools; everything else
is brought by id and stays with Terraform. So does a pool that an environment cannot
say.

With --take it manages these parts in addition: registry (the repositories of ECR and the
cache of quay.io), key (the KMS key that Terraform made, and its alias), security
(the security groups of control plane, nodes and file system with their rules), storage
(the file system with its backups, and the buckets). For an environment that is in the
fleet already, --take adds to its ` + takeover.AdoptedName + ` and ids.cue, and leaves the file that people
edit alone; only these parts are compared. Network and roles stay with Terraform: an
environment divides a VPC in another way, and gives roles other names.

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
		return i.refuse(found, nil)
	}
	t, err := takeover.Decide(c.Context(), i.workspace(), state, takeover.Options{FQDN: i.fqdn, Zones: i.zones, Parts: parts, Check: i.check, Paths: paths})
	if err != nil {
		return err
	}
	if err := i.print(t.Report.In(i.format)); err != nil {
		return err
	}
	found = append(found, t.Found...)
	if found.HasErrors() {
		return i.refuse(found, t)
	}
	return i.finish(found, t)
}

// finish writes the environment if it is proven, or forced, and reports warnings.
func (i *importing) finish(found diag.List, t *takeover.Takeover) error {
	if proven := t.Proven(); !i.check && (proven || i.force) {
		names, err := t.Write(i.root)
		if err != nil {
			return err
		}
		for _, name := range names {
			fmt.Fprintf(i.streams.Err, "%s written\n", name)
		}
	}
	if err := i.tell(found, t); err != nil {
		return err
	}
	if t.Proven() {
		return nil
	}
	switch {
	case i.check || i.force && len(t.Files) > 0:
	case len(t.Report.Wrong) > 0:
		fmt.Fprintln(i.streams.Err, "nothing was written: give these fields the environment's values with Terraform, refresh the state, and import again; --force writes the files all the same")
	default:
		fmt.Fprintln(i.streams.Err, "nothing was written")
	}
	return problems()
}

// refuse reports mistakes.
func (i *importing) refuse(found diag.List, t *takeover.Takeover) error {
	if err := i.tell(found, t); err != nil {
		return err
	}
	fmt.Fprintf(i.streams.Err, "\n%s; nothing was written\n", diag.Summary(found))
	if t != nil && slices.ContainsFunc(found, func(d diag.Diagnostic) bool { return t.Drafted(d.Pos.File) }) {
		fmt.Fprintln(i.streams.Err, "these lines are what import would write: change with Terraform what they describe, or the shared file that says otherwise; then refresh the state, and import again")
	}
	return problems()
}

// tell prints diagnostics with the lines of the environments' files, written or not. It
// prints no line of a state or of a file of variables: these hold secrets.
func (i *importing) tell(found diag.List, t *takeover.Takeover) error {
	lines := func(file string) []byte {
		if t != nil && t.Files[file] != nil {
			return t.Files[file]
		}
		if path.Ext(file) == ".cue" || slices.Contains(source.Names(), path.Base(file)) {
			return i.source(file)
		}
		return nil
	}
	w := i.streams.Err
	return diag.Print(w, found, diag.Text, diag.Options{Color: i.color.on(w), Source: lines})
}
