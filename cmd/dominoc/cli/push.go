package cli

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/compositions/oci"
	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/schema/diag"
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
		Long: `Push compiles the fleet and pushes what dominoc build would write as an artifact
that an OCIRepository of Flux reads; with --package it pushes the Configuration
package of dominoc package. It prints the reference with the digest. What the
registry has already is not pushed again.

Without a reference the manifests go where Flux looks for them: to oci.url and
oci.tag of ` + deliveryFile + `.

The image says where it comes from: the URL of the Git remote, and the branch,
commit and time of the commit. The flags say otherwise, "" leaves one out. Sources
with edits have no revision.

Credentials are those of docker login, from ~/.docker/config.json and the
credential helpers that it names. Plain HTTP is for a registry on this machine.`,
		Example: `  dominoc push
  dominoc push oci://registry.example.com/domino/manifests:main
  dominoc push oci://registry.example.com/domino/platform:v1.4.0 --package`,
		Args: atMostOneReference,
		RunE: func(c *cobra.Command, args []string) error { return p.run(c, args) },
	}
	o.formatFlag(c)
	flags := c.Flags()
	flags.BoolVar(&p.asPackage, "package", false, "push the Configuration package in place of the manifests")
	packageName(c, &p.name)
	flags.BoolVar(&p.plainHTTP, "plain-http", false, "allow a registry without TLS")
	flags.StringVar(&p.origin.Source, "source", "", "`URL` of the repository; default from Git")
	flags.StringVar(&p.origin.Revision, "revision", "", "such as main@sha1:<commit>; default from Git")
	flags.StringVar(&p.origin.Created, "created", "", "`time` as RFC 3339; default the time of the commit")
	return c
}

func atMostOneReference(_ *cobra.Command, args []string) error {
	if len(args) > 1 {
		return wrong(fmt.Errorf("push takes one reference, such as %s", anyReference))
	}
	return nil
}

// anyReference is one that shows what is meant.
const anyReference = "oci://registry.example.com/domino/manifests:main"

func (p *push) run(c *cobra.Command, args []string) error {
	format, err := p.reportFormat()
	if err != nil {
		return err
	}
	if len(args) == 0 {
		said, err := p.followed(format)
		if err != nil {
			return err
		}
		args = []string{said}
	}
	to, err := p.destination(c, args[0])
	if err != nil {
		return err
	}
	if err := p.fillOrigin(c); err != nil {
		return err
	}
	fleet, err := p.soundFleet(c, format)
	if err != nil {
		return err
	}
	image, what, err := p.image(fleet)
	if err != nil {
		return err
	}
	return p.send(c.Context(), image, what, to)
}

// followed is the reference that Flux follows, for the manifests.
func (p *push) followed(format diag.Format) (string, error) {
	if p.asPackage {
		return "", wrong(fmt.Errorf("%s names the place of the manifests, not of the package: give its reference, such as oci://registry.example.com/domino/platform:v1.0.0", deliveryFile))
	}
	said, found := p.delivery()
	if found.HasErrors() {
		return "", p.conclude(found, format)
	}
	if said == nil || said.Values.OCI == nil {
		return "", wrong(fmt.Errorf("push takes a reference, such as %s, or oci.url from %s, which does not say it", anyReference, deliveryFile))
	}
	p.plainHTTP = p.plainHTTP || said.Values.OCI.Insecure
	return said.Values.OCI.URL + ":" + said.Values.OCI.Tag, nil
}

// version is what Crossplane takes for the version of a package.
var version = regexp.MustCompile(`^v?[0-9]+(\.[0-9]+){0,2}(-[0-9A-Za-z.-]+)?$`)

// destination is the tag that is pushed to.
func (p *push) destination(c *cobra.Command, reference string) (name.Tag, error) {
	rest, ok := strings.CutPrefix(reference, "oci://")
	if !ok {
		return name.Tag{}, wrong(fmt.Errorf("%q: a reference begins with oci://", reference))
	}
	if strings.Contains(rest, "@") {
		return name.Tag{}, wrong(fmt.Errorf("%q: the digest is what push prints; give a tag, or none for latest", reference))
	}
	tag, err := parseTag(rest, p.plainHTTP)
	if err != nil {
		return name.Tag{}, wrong(fmt.Errorf("%q: %w", reference, err))
	}
	if p.asPackage && !version.MatchString(tag.TagStr()) {
		return name.Tag{}, wrong(fmt.Errorf("%q: the tag of a package is its version, such as v1.0.0", reference))
	}
	if c.Flags().Changed("name") && !p.asPackage {
		return name.Tag{}, wrong(fmt.Errorf("--name is of a package: give --package too"))
	}
	return tag, nil
}

// fillOrigin takes from Git what no flag says.
func (p *push) fillOrigin(c *cobra.Command) error {
	if p.origin.Created != "" {
		if _, err := time.Parse(time.RFC3339, p.origin.Created); err != nil {
			return wrong(fmt.Errorf("--created %q: not a time such as 2026-01-31T12:00:00Z", p.origin.Created))
		}
	}
	known, err := p.gitOrigin(c.Context())
	if err != nil {
		return err
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

// image is what is pushed, and what it is called.
func (p *push) image(of *output.Output) (v1.Image, string, error) {
	if p.asPackage {
		image, err := packageImage(of, p.name, p.origin)
		return image, "Configuration " + p.name, err
	}
	manifests, err := of.Files()
	if err != nil {
		return nil, "", failed(fmt.Errorf("a bug of dominoc: %w", err))
	}
	image, err := oci.Artifact(manifests, p.origin)
	if err != nil {
		return nil, "", failed(err)
	}
	return image, words.Count(len(manifests), "file"), nil
}

func (p *push) send(ctx context.Context, image v1.Image, what string, to name.Tag) error {
	digest, err := image.Digest()
	if err != nil {
		return failed(err)
	}
	r := registry{plainHTTP: p.plainHTTP || onLoopback(to.RegistryStr())}
	known := r.has(ctx, to, digest)
	if !known {
		if err := r.write(ctx, to, image); err != nil {
			return failed(fmt.Errorf("push to %s: %w", to.Name(), err))
		}
	}
	if _, err := fmt.Fprintln(p.streams.Out, to.Context().Digest(digest.String())); err != nil {
		return failed(err)
	}
	if known {
		fmt.Fprintf(p.streams.Err, "%s is up to date: %s\n", to.Name(), what)
	} else {
		fmt.Fprintf(p.streams.Err, "%s: %s pushed\n", to.Name(), what)
	}
	return nil
}
