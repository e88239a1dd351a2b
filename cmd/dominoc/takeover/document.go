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
	if d.Effect == proof.Unknown {
		return subject + ": " + d.Path + " cannot be compared: Terraform marks it as sensitive"
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

// style is how a format writes the parts of a report. Names and values of a state may hold
// anything: text and name return them as they can be shown.
type style interface {
	text(text string) string
	name(name string) string // of something in Terraform
	title(text string) string
	item(styled string) string
	detail(styled string) string
	command(lines []string) string
}

type terminal struct{}

func (terminal) text(text string) string     { return words.Line(text) }
func (terminal) name(name string) string     { return words.Line(name) }
func (terminal) title(text string) string    { return text + "\n" }
func (terminal) item(styled string) string   { return "  " + styled + "\n" }
func (terminal) detail(styled string) string { return "    " + styled + "\n" }
func (terminal) command(lines []string) string {
	var b strings.Builder
	for _, line := range lines {
		b.WriteString("      " + words.Line(line) + "\n")
	}
	return b.String()
}

type markdown struct{}

func (markdown) text(text string) string     { return words.Markdown(text) }
func (markdown) name(name string) string     { return words.Code(name) }
func (markdown) title(text string) string    { return "## " + text + "\n\n" }
func (markdown) item(styled string) string   { return "- " + styled + "\n" }
func (markdown) detail(styled string) string { return "  - " + styled + "\n" }
func (markdown) command(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	var b strings.Builder
	for _, line := range lines {
		b.WriteString("  " + words.Line(line) + "\n")
	}
	return "\n  ```sh\n" + b.String() + "  ```\n\n"
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
		line := as.item(as.text(one.What))
		if one.Address != "" {
			line += as.detail("at " + as.name(one.Address))
		}
		refused = append(refused, line+as.detail(as.text("first: "+one.First)))
	}
	for _, d := range r.Wrong {
		wrong = append(wrong, as.item(as.text(sentence(d))))
	}
	for _, p := range r.Pools {
		pools = append(pools, as.item(as.text(p.sentence())))
	}
	part("refused: this installation cannot be taken over as it is", refused)
	part("wrong: more than tags would change", wrong)
	var facts []string
	for _, line := range r.Facts {
		facts = append(facts, as.item(as.text(line)))
	}
	part("facts that the states contradict", facts)
	part("pools", pools)
	part(fmt.Sprintf("same: %s taken over, nothing changes", words.Count(len(r.Same), "resource")), takenLines(as, r.Same))
	part(fmt.Sprintf("changes: %s taken over, tags are added", words.Count(len(r.Changes), "resource")), append(takenLines(as, r.Changes), r.providerTags(as)...))
	var made []string
	for _, line := range r.Made {
		made = append(made, as.item(as.text(line)))
	}
	part("made for the zone that was brought", made)
	part(fmt.Sprintf("stays with Terraform: %s", words.Count(len(r.Stays), "resource")), grouped(as, r.Stays))
	part(fmt.Sprintf("unowned: %s that neither Terraform nor Crossplane manages once the root is retired", words.Count(len(r.Unowned), "resource")), grouped(as, r.Unowned))
	part("left: parts that the environment may take in addition", leftOf(as, r.Left))
	part(fmt.Sprintf("forget: %s taken over from a root that goes on: apply it again only with a plan that neither makes nor changes nor destroys any of it", words.Count(len(r.Forget), "resource")), grouped(as, r.Forget))
	part("never", r.reasons(as))
	var next []string
	for i, s := range r.Next {
		next = append(next, as.item(as.text(fmt.Sprintf("%d. %s", i+1, s.Text)))+as.command(s.Commands))
	}
	part("next", next)
	return strings.Join(parts, "\n")
}

// providerTags says once which tags the provider adds to each resource that changes.
func (r Report) providerTags(as style) []string {
	keys := map[string]bool{}
	resources := 0
	for _, t := range r.Changes {
		for _, key := range t.ProviderTags {
			keys[key] = true
		}
		if len(t.ProviderTags) > 0 {
			resources++
		}
	}
	if resources == 0 {
		return nil
	}
	gets := fmt.Sprintf("%d of them also get", resources)
	if resources == len(r.Changes) {
		gets = "each also gets"
	}
	return []string{as.item(gets + " the tags of Crossplane's provider: " + strings.Join(slices.Sorted(maps.Keys(keys)), ", "))}
}

func takenLines(as style, all []Taken) []string {
	var out []string
	for _, t := range all {
		line := as.name(t.Address)
		if len(t.Tags) > 0 {
			line += " + " + as.text(strings.Join(t.Tags, ", "))
		}
		out = append(out, as.item(line))
	}
	return out
}

// leftOf are the parts that are left, with the way to take each.
func leftOf(as style, all []Left) []string {
	var out []string
	for _, one := range all {
		of := fmt.Sprintf("%s, %s: ", one.Part, words.Count(one.Resources, "resource"))
		if len(one.Refused) == 0 {
			out = append(out, as.item(of+as.name(one.Command)))
			continue
		}
		line := as.item(of + "not as it is")
		for _, refused := range one.Refused {
			line += as.detail(as.text(refused.What + "; first: " + refused.First))
		}
		out = append(out, line)
	}
	return out
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
		counts[unindexed(k.Address)]++
	}
	var out []string
	for address, n := range ordered.All(counts) {
		line := as.name(address)
		if n > 1 {
			line += fmt.Sprintf(" (%d)", n)
		}
		out = append(out, as.item(line))
	}
	return out
}

// unindexed returns an address without the key of for_each that a resource may end with.
// Modules keep theirs.
func unindexed(address string) string {
	if at := strings.LastIndex(address, "[\""); at >= 0 && strings.HasSuffix(address, "\"]") {
		return address[:at] + "[…]"
	}
	return address
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
