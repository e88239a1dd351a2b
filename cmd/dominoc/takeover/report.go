package takeover

import (
	"cmp"
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

	// Modules are calls of modules that are retired in roots that Terraform goes on to apply.
	Modules []Module `json:"modules,omitempty"`

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

// Module is the call of a module.
type Module struct {
	Address string `json:"address"` // module.eks
	State   string `json:"state"`   // the file that it is in
}

// has reports whether a resource is made by the call.
func (m Module) has(state, address string) bool {
	return m.State == state && strings.HasPrefix(address, m.Address+".")
}

// Left is a part of the installation that the environment does not manage, and may take in
// addition.
type Left struct {
	Part      Part      `json:"part"`
	Resources int       `json:"resources"`         // of Terraform
	Command   string    `json:"command,omitempty"` // that takes it
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
	r.Retired, r.Modules = f.retired(taken)
	r.Forget = f.forget(taken, r.retires)
	for _, k := range f.stays(taken) {
		if r.retires(k.State, k.Address) {
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

// retires reports whether the root of a resource, or the module that makes it, is retired.
func (r *Report) retires(state, address string) bool {
	return slices.Contains(r.Retired, state) || slices.ContainsFunc(r.Modules, func(m Module) bool { return m.has(state, address) })
}

// retired returns the states whose roots made what is taken over, and nothing that an
// installation goes on to need from Terraform. In another root the modules of the cluster
// and the pools are retired: what they leave without an owner must leave the state with
// them, or Terraform would destroy it. If one call makes the network too, it cannot be
// taken out of the configuration, and the root is retired as a whole.
func (f *facts) retired(taken map[string]bool) (states []string, modules []Module) {
	needed := map[string]bool{} // states
	makes := map[Module]bool{}  // calls that make what is needed
	for _, r := range f.state.Resources {
		switch r.Type {
		case "aws_vpc", "aws_kms_key", "aws_efs_file_system", "aws_s3_bucket":
			if r.Managed {
				needed[r.File], makes[Module{call(r.Address), r.File}] = true, true
			}
		}
	}
	for _, r := range f.state.Resources {
		if !r.Managed || !taken[r.Address] {
			continue
		}
		m := Module{call(r.Address), r.File}
		switch {
		case !needed[r.File]:
			states = append(states, r.File)
		case !strings.HasPrefix(r.Type, "aws_eks_") && r.Type != "aws_launch_template": // a part of what goes on
		case m.Address == "" || makes[m]:
			states = append(states, r.File)
		default:
			modules = append(modules, m)
		}
	}
	slices.Sort(states)
	states = slices.Compact(states)
	modules = slices.DeleteFunc(modules, func(m Module) bool { return slices.Contains(states, m.State) })
	slices.SortFunc(modules, func(a, b Module) int {
		return cmp.Or(strings.Compare(a.State, b.State), strings.Compare(a.Address, b.Address))
	})
	return states, slices.Compact(modules)
}

// call returns the outermost call of a module in an address, with its key; empty if the
// root itself declares the resource.
func call(address string) string {
	if !strings.HasPrefix(address, "module.") {
		return ""
	}
	quoted := false
	for i := len("module."); i < len(address); i++ {
		switch address[i] {
		case '\\':
			i++
		case '"':
			quoted = !quoted
		case '.':
			if !quoted {
				return address[:i]
			}
		}
	}
	return ""
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

// forget returns what is taken over from other roots and modules than the retired ones, by
// address.
func (f *facts) forget(taken map[string]bool, retires func(state, address string) bool) []Kept {
	var all []Kept
	for _, r := range f.state.Resources {
		if r.Managed && taken[r.Address] && !retires(r.File, r.Address) {
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
