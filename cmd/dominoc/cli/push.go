package cli

import (
	"fmt"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/cmd/dominoc/registry"
	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/compositions/oci"
	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/schema/words"
)

// push is the command with its own flags.
type push struct {
	*options
	asPackage bool
	name      string
	plainHTTP bool
	origin    oci.Origin
}

// newPush is `dominoc push`.
func newPush(o *options) *cobra.Command {
	p := &push{options: o}
	c := &cobra.Command{
		Use:   "push [oci://registry/repository[:tag]]",
		Short: "Push the manifests, or the package, to a registry",
		Long: `Push compiles the fleet and pushes the output of dominoc build as an artifact for a
Flux OCIRepository; with --package it pushes the Configuration package of dominoc
package. It prints the reference with the digest. An image that the registry already
has is not pushed again.

Without a reference, push sends the manifests to oci.url and oci.tag in
` + workspace.DeliveryFile + `, where Flux reads them.

The image's annotations name its origin: the URL of the Git remote, the branch, the
commit and its time. Flags replace them; "" omits one. Edited sources have no revision.

Credentials are those of docker login, from ~/.docker/config.json and its credential
helpers. Plain HTTP is for a registry on this machine.`,
		Example: `  dominoc push
  dominoc push oci://registry.example.com/domino/manifests:main
  dominoc push oci://registry.example.com/domino/platform:v1.4.0 --package`,
		Args: takes(0, 1, "one reference, such as "+anyReference),
		RunE: func(c *cobra.Command, args []string) error { return p.run(c, args) },
	}
	o.formatFlag(c)
	flags := c.Flags()
	flags.BoolVar(&p.asPackage, "package", false, "push the Configuration package instead of the manifests")
	packageName(c, &p.name)
	flags.BoolVar(&p.plainHTTP, "plain-http", false, "allow a registry without TLS")
	flags.StringVar(&p.origin.Source, "source", "", "`URL` of the repository; default from Git")
	flags.StringVar(&p.origin.Revision, "revision", "", "such as main@sha1:<commit>; default from Git")
	flags.StringVar(&p.origin.Created, "created", "", "`time` as RFC 3339; default the time of the commit")
	return c
}

// anyReference is an example of a reference.
const anyReference = "oci://registry.example.com/domino/manifests:main"

func (p *push) run(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		said, err := p.followed()
		if err != nil {
			return err
		}
		args = []string{said}
	}
	to := registry.Registry{PlainHTTP: p.plainHTTP, Version: buildVersion()}
	tag, err := to.Tag(args[0])
	switch {
	case err != nil:
		return wrong(err)
	case p.asPackage && !oci.IsVersion(tag.TagStr()):
		return wrong(fmt.Errorf("%q: the tag of a package is its version, such as v1.0.0", args[0]))
	case c.Flags().Changed("name") && !p.asPackage:
		return wrong(fmt.Errorf("--name is of a package: give --package too"))
	}
	if err := p.fillOrigin(c); err != nil {
		return err
	}
	of, err := p.soundFleet(c)
	if err != nil {
		return err
	}
	image, what, err := p.image(of)
	if err != nil {
		return err
	}
	pushed, err := to.Push(c.Context(), tag, image)
	if err != nil {
		return err
	}
	digest, err := image.Digest()
	if err != nil {
		return err
	}
	if err := p.print(tag.Context().Digest(digest.String()).String() + "\n"); err != nil {
		return err
	}
	if pushed {
		fmt.Fprintf(p.streams.Err, "%s: %s pushed\n", tag.Name(), what)
	} else {
		fmt.Fprintf(p.streams.Err, "%s is up to date: %s\n", tag.Name(), what)
	}
	return nil
}

// followed returns the reference from which Flux reads the manifests.
func (p *push) followed() (string, error) {
	if p.asPackage {
		return "", wrong(fmt.Errorf("%s names the place of the manifests, not of the package: give its reference, such as oci://registry.example.com/domino/platform:v1.0.0", workspace.DeliveryFile))
	}
	said, found := p.workspace().Delivery()
	if found.HasErrors() {
		return "", p.conclude(found)
	}
	if said == nil || said.Values.OCI == nil {
		return "", wrong(fmt.Errorf("push takes a reference, such as %s, or oci.url from %s, which does not say it", anyReference, workspace.DeliveryFile))
	}
	p.plainHTTP = p.plainHTTP || said.Values.OCI.Insecure
	return said.Values.OCI.URL + ":" + said.Values.OCI.Tag, nil
}

// fillOrigin takes from Git what no flag sets.
func (p *push) fillOrigin(c *cobra.Command) error {
	if p.origin.Created != "" {
		if _, err := time.Parse(time.RFC3339, p.origin.Created); err != nil {
			return wrong(fmt.Errorf("--created %q: not a time such as 2026-01-31T12:00:00Z", p.origin.Created))
		}
	}
	known, edited, err := p.workspace().Origin(c.Context())
	if err != nil {
		return err
	}
	if edited != "" {
		fmt.Fprintf(p.streams.Err, "no revision: %s is not as it was committed\n", edited)
	}
	for flag, field := range map[string]*string{
		"source": &known.Source, "revision": &known.Revision, "created": &known.Created,
	} {
		if c.Flags().Changed(flag) {
			*field, _ = c.Flags().GetString(flag)
		}
	}
	p.origin = known
	return nil
}

// image returns the pushed image and its name for the reader.
func (p *push) image(of *output.Output) (v1.Image, string, error) {
	if p.asPackage {
		image, err := packageImage(of, p.name, p.origin)
		return image, "Configuration " + p.name, err
	}
	manifests, err := of.Files()
	if err != nil {
		return nil, "", workspace.Bug(err)
	}
	image, err := oci.Artifact(manifests, p.origin)
	return image, words.Count(len(manifests), "file"), err
}
