package takeover

import (
	"maps"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/proof"
)

// Report is what becomes of an installation.
type Report struct {
	Name  string `json:"name,omitempty"` // of the environment
	Pools []Pool `json:"pools,omitempty"`

	// Same are the resources that the environment takes over and nothing changes of.
	Same []Taken `json:"same,omitempty"`

	// Changes are those that it takes over and that get tags.
	Changes []Taken `json:"changes,omitempty"`

	// Wrong are the differences beside tags: with one of them nothing is written.
	Wrong []proof.Difference `json:"wrong,omitempty"`

	// Facts are those of the environment's files that the states contradict, beside Wrong: no
	// object names them in AWS, but the installer is told them.
	Facts []string `json:"facts,omitempty"`

	// Made is what a zone that was brought needs: it is made, or changed.
	Made []string `json:"made,omitempty"`

	// Stays are the addresses of what stays with Terraform: in the roots that it goes on to
	// apply.
	Stays []Kept `json:"stays,omitempty"`

	// Unowned are the addresses of what neither Terraform nor Crossplane manages once the
	// roots that it is in are retired.
	Unowned []Kept `json:"unowned,omitempty"`

	// Left are the parts that some of Stays and Unowned are of.
	Left []Left `json:"left,omitempty"`

	// Forget are the addresses of what is taken over from roots that Terraform goes on to
	// apply: it would undo what the environment does, or make again what it no longer finds.
	Forget []Kept `json:"forget,omitempty"`

	// Retired are the states whose roots are not applied again.
	Retired []string `json:"retired,omitempty"`

	// Next is what the team does, in order.
	Next []Step `json:"next,omitempty"`

	// Refused are the reasons why the installation cannot be taken over as it is.
	Refused []Refused `json:"refused,omitempty"`
}

// Taken is a resource that the environment takes over.
type Taken struct {
	Address string   `json:"address"` // in Terraform
	Object  string   `json:"object"`  // kind and metadata.name in the management cluster
	ID      string   `json:"id"`      // in AWS
	Tags    []string `json:"tags,omitempty"`

	// ProviderTags are added as well: by the provider, to everything that it manages and that
	// has tags.
	ProviderTags []string `json:"providerTags,omitempty"`
}

// Kept is a resource that the environment does not take over.
type Kept struct {
	Address string `json:"address"`
	State   string `json:"state"` // the file that it is in
	Why     string `json:"why,omitempty"`

	part Part // that it is of; empty if of none
}

// Left is a part of the installation that the environment does not manage, and may take in
// addition.
type Left struct {
	Part      Part      `json:"part"`
	Resources int       `json:"resources"`         // of Terraform
	Refused   []Refused `json:"refused,omitempty"` // why it cannot be taken as it is
}

// Proven reports whether taking over changes nothing but tags.
func (r Report) Proven() bool { return len(r.Refused) == 0 && len(r.Wrong) == 0 && len(r.Facts) == 0 }

// judge sorts what was compared.
func (r *Report) judge(f *facts, e *evidence) {
	tags := map[string][]string{} // by metadata.name
	for _, d := range e.differences {
		switch {
		case f.ofZone(d):
			r.Made = append(r.Made, sentence(d))
		case d.Effect.Harmless():
			tags[d.Name] = append(tags[d.Name], strings.TrimSuffix(strings.TrimPrefix(d.Path, "tags["), "]"))
		default:
			r.Wrong = append(r.Wrong, d)
		}
	}
	taken := map[string]bool{}
	for _, m := range e.matches {
		taken[m.Address] = true
		one := Taken{Address: m.Address, Object: m.Kind + "/" + m.Name, ID: m.ID, Tags: tags[m.Name], ProviderTags: m.ProviderTags}
		if len(one.Tags) == 0 && len(one.ProviderTags) == 0 {
			r.Same = append(r.Same, one)
		} else {
			r.Changes = append(r.Changes, one)
		}
	}
	r.Retired = f.retired(taken)
	r.Forget = f.forget(taken, r.Retired)
	for _, k := range f.stays(taken) {
		if slices.Contains(r.Retired, k.State) {
			r.Unowned = append(r.Unowned, k)
		} else {
			r.Stays = append(r.Stays, k)
		}
	}
	r.Left = f.left(slices.Concat(r.Stays, r.Unowned))
	if r.Proven() {
		r.Next = r.steps(f)
	}
}

// retired returns the states whose roots made what is taken over, and nothing that an
// installation goes on to need from Terraform.
func (f *facts) retired(taken map[string]bool) []string {
	retired := map[string]bool{}
	for _, r := range f.state.Resources {
		if taken[r.Address] {
			retired[r.File] = true
		}
	}
	for _, r := range f.state.Resources {
		switch r.Type {
		case "aws_vpc", "aws_kms_key", "aws_efs_file_system", "aws_s3_bucket":
			if r.Managed {
				delete(retired, r.File)
			}
		}
	}
	return slices.Sorted(maps.Keys(retired))
}

// stays returns what is not taken over, by address.
func (f *facts) stays(taken map[string]bool) []Kept {
	var all []Kept
	for _, r := range f.state.Resources {
		if r.Managed && !taken[r.Address] {
			all = append(all, Kept{Address: r.Address, State: r.File, Why: why(r.Type), part: partOf(r.Type)})
		}
	}
	return all
}

// forget returns what is taken over from other roots than the retired ones, by address.
func (f *facts) forget(taken map[string]bool, retired []string) []Kept {
	var all []Kept
	for _, r := range f.state.Resources {
		if taken[r.Address] && !slices.Contains(retired, r.File) {
			all = append(all, Kept{Address: r.Address, State: r.File})
		}
	}
	return all
}

// Why no environment takes over what it has of its own in another form.
const (
	networkStays = "an environment divides a VPC in another way, and AWS never changes the range of a subnet"
	rolesStay    = "an environment gives roles and policies other names, and AWS never changes a name"
)

// why returns why nothing of a type is taken over; empty if something is.
func why(kind string) string {
	for _, prefix := range []string{
		"aws_vpc", "aws_subnet", "aws_route", "aws_nat_", "aws_internet_", "aws_eip", "aws_flow_", "aws_default_",
	} {
		if strings.HasPrefix(kind, prefix) {
			return networkStays
		}
	}
	if strings.HasPrefix(kind, "aws_iam_") && kind != "aws_iam_openid_connect_provider" {
		return rolesStay
	}
	return ""
}
