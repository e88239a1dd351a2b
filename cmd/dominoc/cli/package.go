package cli

import (
	"fmt"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/compositions/oci"
	"github.com/dominoc/dominoc/compositions/output"
)

// packager is the command with its own flags.
type packager struct {
	*options
	out  string
	name string
}

// newPackage is `dominoc package`.
func newPackage(o *options) *cobra.Command {
	p := &packager{options: o}
	c := &cobra.Command{
		Use:   "package",
		Short: "Write a Crossplane Configuration package",
		Long: `Package writes the definitions, the Compositions and the activation policy of
the fleet as a Crossplane Configuration package, a file that every tool for
packages reads. It needs no Docker, and the same sources give the same bytes.

The package depends on the providers and the function in platform/packages, with
their versions. Apply that folder first, with what else is in platform/: a provider
that Crossplane installs of itself lacks the runtime config by which it gets
credentials. Only platform/definitions, platform/compositions and the activation
policy are in the package. What stands in environments/ is synced as ever.

While the Configuration is there, Crossplane keeps Compositions that a newer
package no longer has. Deleting it deletes the definitions, and with them every
environment's composite resources.

The digest that is printed is the one that dominoc push --package gives.`,
		Example: "  dominoc package\n  dominoc package --out platform.xpkg --name domino-platform",
		Args:    noArguments,
		RunE:    func(c *cobra.Command, _ []string) error { return p.run(c) },
	}
	o.formatFlag(c)
	c.Flags().StringVarP(&p.out, "out", "o", "dominoc.xpkg", "`file` of the package")
	packageName(c, &p.name)
	return c
}

// packageName adds the flag that names the package.
func packageName(c *cobra.Command, name *string) {
	c.Flags().StringVar(name, "name", "dominoc", "of the Configuration")
}

func (p *packager) run(c *cobra.Command) error {
	of, err := p.soundFleet(c)
	if err != nil {
		return err
	}
	image, err := packageImage(of, p.name, oci.Origin{})
	if err != nil {
		return err
	}
	digest, err := image.Digest()
	if err != nil {
		return err
	}
	if err := emit.Replace(p.root, p.out, func(w io.Writer) error { return oci.WriteFile(w, image) }); err != nil {
		return err
	}
	fmt.Fprintf(p.streams.Err, "%s: Configuration %s, %s\n", p.out, p.name, digest)
	return nil
}

// soundFleet compiles all environments and reports; an environment with an error
// ends the run.
func (o *options) soundFleet(c *cobra.Command) (*output.Output, error) {
	of, found, err := o.workspace().Sound(c.Context())
	if err != nil {
		return nil, err
	}
	return of, o.conclude(found)
}

func packageImage(of *output.Output, name string, origin oci.Origin) (v1.Image, error) {
	if err := oci.CheckName(name); err != nil {
		return nil, wrong(fmt.Errorf("--name %w", err))
	}
	stream, err := of.Package(name)
	if err != nil {
		return nil, workspace.Bug(err)
	}
	return oci.Package(stream, origin)
}
