// Package immutable knows which fields AWS does not change in place. A changed field
// of a managed resource goes in; whether the provider or AWS refuses the change, and
// what to do instead, comes out.
//
// The provider never replaces a resource: it refuses, the resource stays ready
// and out of sync, and the environment above it becomes unready. So the author must
// know before the merge. Two tables in data/ list the fields: those that the provider
// cannot change, from its own schemas, and those that AWS refuses beyond that, each
// row with its source. Every composed kind has a row, possibly an empty one.
//
// A node group that is newer than its control plane is not in the tables: the schema
// refuses such a file (pool-version). Package diff, the caller, finds the changes and
// writes the text for the reader.
package immutable

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/externalname"
)

// Change is a changed field of a resource.
type Change struct {
	// Path is the field in the object, as Crossplane writes field paths, such
	// as spec.forProvider.vpcConfig.subnetIdRefs[0].name. It may be that of a
	// whole list or object.
	Path string

	// Old and New are its values; nil where the field is absent.
	Old, New any

	// Object is the resource as it is going to be. What to do instead is
	// written for it.
	Object map[string]any
}

// Refusal is a change that AWS or the provider refuses.
type Refusal struct {
	// Field is the provider's field, without indices and without a reference's
	// suffix: vpcConfig.subnetIds for vpcConfig.subnetIdRefs[0].name.
	Field string `json:"field"`

	Why     string `json:"why"`
	Unless  string `json:"unless,omitempty"`  // the condition under which it happens; empty for never
	Instead string `json:"instead,omitempty"` // what to do
	Remedy  Remedy `json:"-"`                 // its sort
	Source  string `json:"source,omitempty"`  // the page that states it; empty for the provider's own schemas
}

// Kind is the known restrictions of a kind of managed resource.
type Kind struct {
	fields []steps // that the provider cannot change
	remedy Remedy
	rules  []rule
	found  []steps // below initProvider, that leave a resource what AWS has of it
}

// Of returns the restrictions of a kind, such as ec2.aws.m.upbound.io/VPC; false if no
// table has the kind.
func Of(kind string) (Kind, bool) {
	k, known := kinds()[kind]
	return k, known
}

// Fields returns all fields in the tables, below spec.forProvider.
func (k Kind) Fields() []string {
	var names []string
	for _, field := range k.fields {
		names = append(names, field.String())
	}
	for _, r := range k.rules {
		names = append(names, r.field.String())
	}
	return names
}

// Refuses reports whether a change will be refused.
func (k Kind) Refuses(c Change) (Refusal, bool) {
	path := parse(c.Path)
	switch {
	case path.under("spec", "forProvider"):
		return k.refuses(c, path[2:])
	case path.under("spec", "initProvider"):
		return k.refusesInit(c, path[2:])
	case path.under("metadata", "annotations", externalname.Annotation):
		// A resource that had no name yet may get one: so an id that AWS made is written into
		// the files.
		if c.Old == nil {
			return Refusal{}, false
		}
		return Refusal{
			Field:   externalname.Annotation,
			Why:     fmt.Sprintf("AWS does not rename resources: the provider would leave %v unchanged and manage another one", c.Old),
			Instead: "keep the name; another name denotes another resource",
			Remedy:  KeepValue,
			Source:  "https://docs.crossplane.io/latest/managed-resources/managed-resources/#naming-external-resources",
		}, true
	}
	return Refusal{}, false
}

// refuses applies the rules first, because they are more specific.
func (k Kind) refuses(c Change, field steps) (Refusal, bool) {
	for _, r := range k.rules {
		if part, touches := c.at(field, r.field); touches && !r.init && r.holds(part) {
			return r.refusal(part), true
		}
	}
	for _, fixed := range k.fields {
		if part, touches := c.at(field, fixed); touches && differ(part.Old, part.New) {
			return Refusal{
				Field:   fixed.String(),
				Why:     "the provider cannot change " + fixed.String() + " in place",
				Instead: part.fill(remedies[k.remedy]),
				Remedy:  k.remedy,
			}, true
		}
	}
	return Refusal{}, false
}

// refusesInit: the provider reads initProvider only when it creates the resource.
func (k Kind) refusesInit(c Change, field steps) (Refusal, bool) {
	for _, found := range k.found {
		if _, touches := c.at(field, found); touches {
			return Refusal{}, false
		}
	}
	for _, r := range k.rules {
		if part, touches := c.at(field, r.field); touches && r.init && r.holds(part) {
			return r.refusal(part), true
		}
	}
	return Refusal{
		Field:   field.String(),
		Why:     field.String() + " is used at creation only, and ignored afterwards",
		Instead: c.fill(remedies[Anew]),
		Remedy:  Anew,
	}, true
}

// Resolved reports whether a change is of a reference that the provider has resolved: it
// keeps the value and does not resolve the reference again, even if AWS has not created
// the resource. It is for such a resource; Refuses is for an existing one.
func Resolved(c Change) (Refusal, bool) {
	refers := func(step string) bool {
		_, refers := filledIn(step)
		return refers
	}
	if path := split(c.Path); c.Old == nil || !path.under("spec", "forProvider") || !slices.ContainsFunc(path, refers) {
		return Refusal{}, false
	}
	return Refusal{
		Field:   Field(c.Path),
		Why:     "the provider has resolved the reference, and keeps the value that it found",
		Instead: c.fill("AWS never created it: merge, then delete it in the management cluster, and Crossplane creates it again from the files: kubectl -n {metadata.namespace} delete {kind} {metadata.name}"),
		Remedy:  Command,
		Source:  "https://github.com/crossplane/crossplane-runtime/blob/v2.0.0/pkg/reference/namespaced_reference.go",
	}, true
}

// at returns the part of a change that concerns a field: the change itself if it is of
// that field or below it, else the old and the new value at the field.
func (c Change) at(changed, field steps) (Change, bool) {
	switch {
	case changed.under(field...):
		return c, true
	case field.under(changed...):
		rest := field[len(changed):]
		c.Old, c.New = rest.in(c.Old), rest.in(c.New)
		return c, true
	}
	return c, false
}

// fill replaces placeholders in a text by values of the object: {metadata.name} and the
// like, {kind} as kubectl accepts it, {old} and {new}.
func (c Change) fill(text string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		out.WriteString(c.value(name))
		text = after
	}
}

func (c Change) value(name string) string {
	switch name {
	case "old":
		return fmt.Sprint(c.Old)
	case "new":
		return fmt.Sprint(c.New)
	case "kind": // as kubectl takes it: vpc.ec2.aws.m.upbound.io
		version, _ := c.Object["apiVersion"].(string)
		kind, _ := c.Object["kind"].(string)
		group, _, _ := strings.Cut(version, "/")
		return strings.ToLower(kind) + "." + group
	}
	if value := split(name).in(c.Object); value != nil {
		return fmt.Sprint(value)
	}
	return "<" + name + ">"
}
