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

	// Facts are those of the environment's files that the states contradict, beside Wrong: no
	// object names them in AWS, but the installer is told them.
	Facts []string `json:"facts,omitempty"`

	// Made is what a zone that was brought needs: it is made, or changed.
	Made []string `json:"made,omitempty"`

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
}

// Kept is a resource that the environment does not take over.
type Kept struct {
	Address string `json:"address"`
	State   string `json:"state"` // the file that it is in
	Why     string `json:"why,omitempty"`

	kind string // its type in Terraform
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

// In is the report in a format: text, markdown or json.
func (r Report) In(format string) string {
	switch format {
	case "json":
		out, err := json.MarshalIndent(r, "", "  ")
		if err != nil {
			panic(err) // it is plain data
		}
		return string(out) + "\n"
	case "markdown":
		return r.document(markdown{})
	}
	return r.document(terminal{})
}

// style is how a format writes the parts of a report.
type style interface {
	title(text string) string
	item(text string) string
	detail(text string) string
	command(lines []string) string
}

type terminal struct{}

func (terminal) title(text string) string  { return text + "\n" }
func (terminal) item(text string) string   { return "  " + text + "\n" }
func (terminal) detail(text string) string { return "    " + text + "\n" }
func (terminal) command(lines []string) string {
	var b strings.Builder
	for _, line := range lines {
		b.WriteString("      " + line + "\n")
	}
	return b.String()
}

type markdown struct{}

func (markdown) title(text string) string  { return "## " + text + "\n\n" }
func (markdown) item(text string) string   { return "- " + text + "\n" }
func (markdown) detail(text string) string { return "  - " + text + "\n" }
func (markdown) command(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return "\n  ```sh\n  " + strings.Join(lines, "\n  ") + "\n  ```\n\n"
}

// document is the report in a style, what a person must act on first.
func (r Report) document(as style) string {
	var parts []string
	part := func(title string, lines []string) {
		if len(lines) > 0 {
			parts = append(parts, as.title(title)+strings.Join(lines, ""))
		}
	}
	var refused, wrong, pools []string
	for _, one := range r.Refused {
		line := as.item(one.What)
		if one.Address != "" {
			line += as.detail("at " + one.Address)
		}
		refused = append(refused, line+as.detail("first: "+one.First))
	}
	for _, d := range r.Wrong {
		wrong = append(wrong, as.item(sentence(d)))
	}
	for _, p := range r.Pools {
		pools = append(pools, as.item(p.sentence()))
	}
	part("refused: this installation cannot be taken over as it is", refused)
	part("wrong: more than tags would change", wrong)
	var facts []string
	for _, line := range r.Facts {
		facts = append(facts, as.item(line))
	}
	part("facts that the states contradict", facts)
	part("pools", pools)
	part(fmt.Sprintf("same: %s taken over, nothing changes", words.Count(len(r.Same), "resource")), lines(as, r.Same, Taken.line))
	part(fmt.Sprintf("changes: %s taken over, tags are added", words.Count(len(r.Changes), "resource")), lines(as, r.Changes, Taken.line))
	var made []string
	for _, line := range r.Made {
		made = append(made, as.item(line))
	}
	part("made for the zone that was brought", made)
	part(fmt.Sprintf("stays with Terraform: %s", words.Count(len(r.Stays), "resource")), grouped(as, r.Stays))
	part(fmt.Sprintf("unowned: %s that nobody manages once the root is retired", words.Count(len(r.Unowned), "resource")), grouped(as, r.Unowned))
	part(fmt.Sprintf("forget: %s taken over from a root that has more: apply it again only once its variables no longer ask for this, and terraform state rm took it out of the state", words.Count(len(r.Forget), "resource")), grouped(as, r.Forget))
	part("never", r.reasons(as))
	var next []string
	for i, s := range r.Next {
		next = append(next, as.item(fmt.Sprintf("%d. %s", i+1, s.Text))+as.command(s.Commands))
	}
	part("next", next)
	return strings.Join(parts, "\n")
}

func lines[T any](as style, all []T, line func(T) string) []string {
	var out []string
	for _, one := range all {
		out = append(out, as.item(line(one)))
	}
	return out
}

func (t Taken) line() string {
	if len(t.Tags) == 0 {
		return t.Address
	}
	return t.Address + " + " + strings.Join(t.Tags, ", ")
}

// reasons are why there are resources that no environment takes over.
func (r Report) reasons(as style) []string {
	var out []string
	for _, reason := range []struct{ what, why string }{{"the network", networkStays}, {"roles", rolesStay}} {
		if slices.ContainsFunc(slices.Concat(r.Stays, r.Unowned), func(k Kept) bool { return k.Why == reason.why }) {
			out = append(out, as.item(reason.what+": "+reason.why))
		}
	}
	return out
}

// grouped are the resources that are kept, those of one address but for the index on one
// line: an installation has hundreds.
func grouped(as style, all []Kept) []string {
	counts := map[string]int{}
	for _, k := range all {
		address, _, indexed := strings.Cut(k.Address, "[\"")
		if indexed {
			address += "[…]"
		}
		counts[address]++
	}
	var out []string
	for address, n := range ordered.All(counts) {
		if n > 1 {
			address += fmt.Sprintf(" (%d)", n)
		}
		out = append(out, as.item(address))
	}
	return out
}

// sentence is what becomes of a pool.
func (p Pool) sentence() string {
	name := p.Name
	if p.Name != p.Terraform {
		name += fmt.Sprintf(" (in Terraform %q)", p.Terraform)
	}
	if p.Kept != "" {
		return name + " stays with Terraform: " + p.Kept
	}
	return name + " is taken over"
}
