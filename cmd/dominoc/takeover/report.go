package takeover

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/compositions/proof"
	"github.com/dominoc/dominoc/schema/words"
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

	// Stays are the addresses of what stays with Terraform: in the roots that it goes on to
	// apply.
	Stays []Kept `json:"stays,omitempty"`

	// Unowned are the addresses of what nobody manages once the roots that it is in are
	// retired.
	Unowned []Kept `json:"unowned,omitempty"`

	// Forget are the addresses of what is taken over from roots that Terraform goes on to
	// apply: it would undo what the environment does, or make again what it no longer finds.
	Forget []Kept `json:"forget,omitempty"`

	// Retired are the states whose roots are not applied again.
	Retired []string `json:"retired,omitempty"`

	// Refused are the reasons why the installation cannot be taken over as it is.
	Refused []Refused `json:"refused,omitempty"`
}

// Taken is a resource that the environment takes over.
type Taken struct {
	Address string   `json:"address"` // in Terraform
	Object  string   `json:"object"`  // kind and metadata.name in the management cluster
	ID      string   `json:"id"`      // in AWS
	Tags    []string `json:"tags,omitempty"`
}

// Kept is a resource that the environment does not take over.
type Kept struct {
	Address string `json:"address"`
	State   string `json:"state"` // the file that it is in
	Why     string `json:"why,omitempty"`

	kind string // its type in Terraform
}

// Proven reports whether taking over changes nothing but tags.
func (r Report) Proven() bool { return len(r.Refused) == 0 && len(r.Wrong) == 0 }

// judge sorts what was compared.
func (r *Report) judge(f *facts, e *evidence) {
	tags := map[string][]string{} // by metadata.name
	for _, d := range e.differences {
		if d.Effect.Harmless() {
			tags[d.Name] = append(tags[d.Name], strings.TrimSuffix(strings.TrimPrefix(d.Path, "tags["), "]"))
		} else {
			r.Wrong = append(r.Wrong, d)
		}
	}
	taken := map[string]bool{}
	for _, m := range e.matches {
		taken[m.Address] = true
		one := Taken{Address: m.Address, Object: m.Kind + "/" + m.Name, ID: m.ID, Tags: tags[m.Name]}
		if len(one.Tags) == 0 {
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
			all = append(all, Kept{Address: r.Address, State: r.File, Why: why(r.Type), kind: r.Type})
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

// sentence is a difference for the reader.
func sentence(d proof.Difference) string {
	what := map[proof.Effect]string{
		proof.Creates: "would be made: Terraform's state has no counterpart",
		proof.Refused: "would be refused",
		proof.Removes: "would be taken away",
		proof.Changes: "would be changed",
	}[d.Effect]
	subject := d.Kind[strings.LastIndexByte(d.Kind, '/')+1:] + " " + d.Name
	if d.Path == "" {
		return subject + " " + what
	}
	text := fmt.Sprintf("%s: %s %s: AWS has %s, the environment says %s", subject, d.Path, what, plain(d.Theirs), plain(d.Ours))
	if d.Why != "" {
		text += " (" + d.Why + ")"
	}
	return text
}

// plain is a value for the reader; nothing where there is none.
func plain(value any) string {
	if value == nil || value == "" {
		return "nothing"
	}
	out, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(out)
}

// Text is the report for a terminal.
func (r Report) Text() string {
	var b strings.Builder
	for _, refused := range r.Refused {
		fmt.Fprintf(&b, "refused: %s\n", refused.What)
		if refused.Address != "" {
			fmt.Fprintf(&b, "  at %s\n", refused.Address)
		}
		fmt.Fprintf(&b, "  first: %s\n", refused.First)
	}
	for _, d := range r.Wrong {
		fmt.Fprintf(&b, "wrong: %s\n", sentence(d))
	}
	r.pools(&b)
	list(&b, "same", "is taken over, and nothing changes", r.Same, func(t Taken) string { return t.Address })
	list(&b, "changes", "is taken over, and gets tags", r.Changes, func(t Taken) string { return t.Address + "  + " + strings.Join(t.Tags, ", ") })
	list(&b, "forget", "is taken over from a root that has more: apply it again only once its variables no longer ask for this, and terraform state rm took it out of the state", r.Forget, func(k Kept) string { return k.Address })
	list(&b, "stays", "stays with Terraform", r.Stays, func(k Kept) string { return k.Address })
	reasons(&b, append(slices.Clone(r.Stays), r.Unowned...))
	list(&b, "unowned", "stays in AWS, and nobody manages it once its root is retired", r.Unowned, func(k Kept) string { return k.Address })
	return b.String()
}

func (r Report) pools(b *strings.Builder) {
	for _, p := range r.Pools {
		what := "is taken over"
		if p.Kept != "" {
			what = "stays with Terraform: " + p.Kept
		}
		name := p.Name
		if p.Name != p.Terraform {
			name += fmt.Sprintf(" (in Terraform %q)", p.Terraform)
		}
		fmt.Fprintf(b, "pool %s %s\n", name, what)
	}
}

// list writes the resources under a heading with their number, if there are any.
func list[T any](b *strings.Builder, name, says string, all []T, line func(T) string) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(b, "%s: %s: %s\n", name, words.Count(len(all), "resource"), says)
	counts := map[string]int{}
	for _, one := range all {
		counts[line(one)]++
	}
	for text := range ordered.All(counts) {
		fmt.Fprintf(b, "  %s\n", text)
	}
}

// reasons writes why there are resources that no environment takes over.
func reasons(b *strings.Builder, all []Kept) {
	for _, reason := range []struct{ what, why string }{{"the network", networkStays}, {"roles", rolesStay}} {
		if slices.ContainsFunc(all, func(k Kept) bool { return k.Why == reason.why }) {
			fmt.Fprintf(b, "never: %s: %s\n", reason.what, reason.why)
		}
	}
}

// In is the report in a format: text, markdown or json.
func (r Report) In(format string) string {
	switch format {
	case "json":
		out, err := json.MarshalIndent(r, "", "  ")
		if err != nil {
			panic(err) // it is plain data
		}
		return string(out) + "\n"
	}
	return r.Text()
}
