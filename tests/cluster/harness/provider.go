package harness

import (
	"context"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// AWSGroup is the suffix of provider-aws's API groups.
const AWSGroup = ".aws.m.upbound.io"

// providerAWS is provider-aws in one program, with the AWS services that the Compositions
// use: v2.5.0, the last version that is served as a module, with the corrections of v2.6.0,
// which dominoc installs, that every environment needs. If a resource with an identity does
// not exist yet, v2.5.0 reports a defect of the Terraform provider: it never creates a
// security group rule or the lifecycle of a bucket (provider-upjet-aws issues 2003, 2054 and
// 2085; fixed by 2040).
var providerAWS = program{
	name: Provider, nested: "tests/cluster/provider",
	module: "github.com/upbound/provider-aws/v2", pkg: "github.com/upbound/provider-aws/v2/cmd/provider/monolith",
	flags: "-s -w", narrowed: true,
	corrections: []correction{{
		module: "github.com/hashicorp/terraform-plugin-framework", file: "internal/fwserver/server_readresource.go",
		old: "if req.IdentitySchema != nil {\n\t\tif resp.NewIdentity.Raw.IsFullyNull() {",
		new: "if req.IdentitySchema != nil && !resp.NewState.Raw.IsNull() {\n\t\tif resp.NewIdentity.Raw.IsFullyNull() {",
	}},
}

// Release is a release of provider-aws.
type Release int

// The releases: the one that dominoc installs, and one that changes the sizes of a node
// group in place.
const (
	Installed Release = iota
	SizesInPlace
)

// program returns the program of a release. A release that changes sizes in place is not
// there yet: it is the installed one with upjet's commit f6ae634, which compares initProvider
// with what AWS has by the names of Terraform.
func (r Release) program() program {
	p := providerAWS
	if r == SizesInPlace {
		p.corrections = slices.Concat(p.corrections, sizesInPlace)
	}
	return p
}

var sizesInPlace = []correction{
	upjetConnector("instanceDiff *tf.InstanceDiff) error {", "instanceDiff *tf.InstanceDiff, cfg *config.Resource) error {"),
	upjetConnector("filterInitExclusiveDiffs(tr, instanceDiff); err", "filterInitExclusiveDiffs(tr, instanceDiff, n.config); err"),
	upjetConnector("initProviderExclusiveParamKeys := getTerraformIgnoreChanges(", `if paramsForProvider, err = cfg.ApplyTFConversions(paramsForProvider, config.ToTerraform); err != nil {
		return err
	}
	if paramsInitProvider, err = cfg.ApplyTFConversions(paramsInitProvider, config.ToTerraform); err != nil {
		return err
	}
	initProviderExclusiveParamKeys := getTerraformIgnoreChanges(`),
}

func upjetConnector(old, new string) correction {
	return correction{module: "github.com/crossplane/upjet/v2", file: "pkg/controller/external_tfpluginsdk.go", old: old, new: new}
}

// Poll is the interval at which the provider reads each resource from AWS.
const Poll = time.Minute

// ProviderManager returns the field manager under which the provider writes: the name
// of its program.
func (c *Cluster) ProviderManager() string {
	return filepath.Base(c.programs[Provider])
}

// DefineProvider defines the kinds of provider-aws's own configuration, without which it does
// not start.
func (c *Cluster) DefineProvider(ctx context.Context) error {
	dir, err := c.modules.dir(".", providerAWS.module)
	if err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(dir, "package", "crds", "aws.*"))
	if err != nil {
		return err
	}
	var crds []Object
	for _, file := range files {
		objects, err := readFile(file)
		if err != nil {
			return err
		}
		crds = append(crds, objects...)
	}
	if err := c.Client.ApplyAll(ctx, crds); err != nil {
		return err
	}
	return c.Client.Established(ctx, patience, crds...)
}

// StartProvider starts provider-aws, with an emulator for AWS. It reconciles the kinds that
// are defined at its start, and those that are defined later.
func (c *Cluster) StartProvider(aws *Emulator, release Release) error {
	var err error
	if c.programs[Provider], err = c.modules.build(release.program()); err != nil {
		return err
	}
	kubeconfig, err := c.kubeconfig(providerAWS.name)
	if err != nil {
		return err
	}
	return c.run(providerAWS.name, append(aws.Environment(), "KUBECONFIG="+kubeconfig), c.listens("provider-health"),
		"--certs-dir=", "--poll="+Poll.String(),
		"--webhook-port="+strconv.Itoa(c.port("provider-webhook")),
		"--metrics-bind-address="+c.address("provider-metrics"),
		"--health-probe-bind-addr="+c.address("provider-health"),
	)
}
