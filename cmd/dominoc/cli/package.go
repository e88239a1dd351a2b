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

// newPackage is `dominoc package`.
func newPackage(o *options) *cobra.Command {
	var out, name string
	c := &cobra.Command{
		Use:   "package",
		Short: "Write a Crossplane Configuration package",
		Long: `Package writes the definitions, the Compositions and the activation policy of
the fleet as a Crossplane Configuration package, a file that every package tool
reads. It needs no Docker, and the same sources give the same bytes.

The package depends on the providers and the function in platform/packages, at
their versions. Apply that folder first, with the rest of platform/: a provider
that Crossplane installs as a dependency lacks the runtime config that gives it
credentials. The package has only platform/definitions, platform/compositions and the
activation policy. environments/ is synced as usual.

As long as the Configuration exists, Crossplane keeps Compositions that a newer
package no longer has. Deleting the Configuration deletes the definitions, and with
them every environment's composite resources.

The printed digest is the one that dominoc push --package gives.`,
		Example: "  dominoc package\n  dominoc package --out platform.xpkg --name domino-platform",
		Args:    noArguments,
		RunE:    func(c *cobra.Command, _ []string) error { return o.writePackage(c, out, name) },
	}
	o.formatFlag(c)
	c.Flags().StringVarP(&out, "out", "o", "dominoc.xpkg", "`file` of the package")
	packageName(c, &name)
	return c
}

// packageName adds the flag that names the package.
func packageName(c *cobra.Command, name *string) {
	c.Flags().StringVar(name, "name", "dominoc", "of the Configuration")
}

func (o *options) writePackage(c *cobra.Command, out, name string) error {
	of, err := o.soundFleet(c)
	if err != nil {
		return err
	}
	image, err := packageImage(of, name, oci.Origin{})
	if err != nil {
		return err
	}
	digest, err := image.Digest()
	if err != nil {
		return err
	}
	if err := emit.Replace(o.root, out, func(w io.Writer) error { return oci.WriteFile(w, image) }); err != nil {
		return err
	}
	fmt.Fprintf(o.streams.Err, "%s: Configuration %s, %s\n", out, name, digest)
	return nil
}

// soundFleet compiles all environments and reports on them; an error in one ends the
// run.
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
