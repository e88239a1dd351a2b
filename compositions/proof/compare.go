package proof

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/dominoc/dominoc/compositions/immutable"
	"github.com/dominoc/dominoc/compositions/ordered"
)

// comparison collects the differences between an object and its counterpart.
type comparison struct {
	*world
	object       object
	held         Held
	restrictions immutable.Kind
	found        Difference // without a field
	all          []Difference
}

// fields compares the fields of a block. once is the block in initProvider: the provider
// sends a field that only initProvider states at creation, and ignores AWS's value
// afterwards. Older releases do not ignore it in a block that forProvider has too
// (provider-upjet-aws#1907); an environment has such a block only for releases that do.
func (c *comparison) fields(at string, fields []*field, ours, once, theirs map[string]any) {
	for _, f := range fields {
		path := f.name
		if at != "" {
			path = at + "." + f.name
		}
		value, said := c.value(c.object, path, f, ours)
		if _, created := c.value(c.object, path, f, once); created && !said {
			continue
		}
		if at == "" && c.withheld(f) {
			if !f.unread && (value != nil || !f.kept) {
				c.differ(path, value, nil, Unknown)
			}
			continue
		}
		inOnce, _ := once[f.name].(map[string]any)
		c.field(path, f, value, inOnce, c.attribute(path, f, theirs))
	}
}

// withheld reports whether the value that AWS has for a top-level field is withheld.
func (c *comparison) withheld(f *field) bool {
	return slices.ContainsFunc(c.held.Withheld, func(name string) bool {
		return name == f.attribute || name == "tags_all" && f.attribute == "tags"
	})
}

// attribute returns what AWS has for a field.
func (c *comparison) attribute(path string, f *field, theirs map[string]any) any {
	value, stated := theirs[f.attribute]
	switch {
	case path == "tags":
		// includes the default tags of Terraform's provider configuration
		if all := theirs["tags_all"]; all != nil {
			return all
		}
	case path == "region" && !stated:
		return region(theirs["arn"])
	case !stated && f.unstated != "":
		return f.unstated
	}
	return value
}

// region returns the region in an ARN; nil if it has none.
func region(arn any) any {
	name, _ := arn.(string)
	if parts := strings.Split(name, ":"); len(parts) > 3 && parts[3] != "" {
		return parts[3]
	}
	return nil
}

func (c *comparison) field(path string, f *field, ours any, once map[string]any, theirs any) {
	switch {
	case f.acts && !isZero(ours):
		d := c.difference(path, ours, nil, Changes)
		d.Why = "the provider writes it to AWS with every other change, even with an added tag"
		c.all = append(c.all, d)
	case f.unread:
		// the provider assumes the object's value, or that it is unset
		if ours == nil && plain(f.sort, f.fallback) != plain(f.sort, nil) {
			c.differ(path, f.fallback, nil, Changes)
		}
	case path == "region" && (ours == nil || theirs == nil):
		// a global resource, or a state without regions
	case f.kept && ours == nil:
		// AWS's value stays
	case f.sort == one:
		c.block(path, f, ours, once, theirs)
	case f.sort == blocks:
		c.blocks(path, f, elements(ours), elements(theirs))
	case f.sort == setOfBlocks:
		c.set(path, f, elements(ours), f.told(elements(theirs)), func(element any) string { return canonicalBlock(f.below, element) })
	case f.sort == set:
		c.set(path, f, elements(ours), elements(theirs), func(element any) string { return plain(text, element) })
	case f.sort == list:
		c.list(path, f, elements(ours), elements(theirs))
	case f.sort == texts:
		c.texts(path, f, ours, theirs)
	default:
		c.scalar(path, f, ours, theirs)
	}
}

// scalar compares texts, numbers and booleans. An unset value is equal to "", 0 or false. If
// an omitted field leaves AWS's value, so does an empty text.
func (c *comparison) scalar(path string, f *field, ours, theirs any) {
	if ours == nil && f.fallback != "" {
		ours = f.fallback
	}
	switch {
	case f.same(ours, theirs):
	case f.kept && ours == "":
	case ours != nil:
		c.differ(path, ours, theirs, Changes)
	default:
		c.differ(path, nil, theirs, Removes)
	}
}

func (c *comparison) block(path string, f *field, ours any, once map[string]any, theirs any) {
	o, said := block(ours)
	t, there := block(theirs)
	switch {
	case said && there:
		c.fields(path, f.below, o, once, t)
	case said:
		c.differ(path, o, nil, Changes)
	case there && f.mayBeMissing():
		c.fields(path, f.below, nil, once, t)
	case there:
		c.differ(path, nil, named(f, theirs), Removes)
	}
}

// blocks compares two lists of blocks by index: their order matters.
func (c *comparison) blocks(path string, f *field, ours, theirs []any) {
	if len(ours) == 0 && len(theirs) == 1 && f.mayBeMissing() {
		ours = []any{nil}
	}
	if c.whole(path, f, ours, theirs) {
		return
	}
	for i := range ours {
		o, _ := ours[i].(map[string]any)
		t, _ := theirs[i].(map[string]any)
		c.fields(path+"["+strconv.Itoa(i)+"]", f.below, o, nil, t)
	}
}

func (c *comparison) list(path string, f *field, ours, theirs []any) {
	if c.whole(path, f, ours, theirs) {
		return
	}
	if !slices.EqualFunc(ours, theirs, func(a, b any) bool { return plain(text, a) == plain(text, b) }) {
		c.differ(path, ours, theirs, Changes)
	}
}

// whole compares the lengths of two lists, and reports whether nothing is left to
// compare.
func (c *comparison) whole(path string, f *field, ours, theirs []any) bool {
	switch {
	case len(ours) == len(theirs):
		return len(ours) == 0
	case len(ours) > 0:
		c.differ(path, ours, shown(f, theirs), Changes)
	default:
		c.differ(path, nil, shown(f, theirs), Removes)
	}
	return true
}

// set compares two lists without order; name gives equal texts for equal elements.
func (c *comparison) set(path string, f *field, ours, theirs []any, name func(any) string) {
	names := func(list []any) []string {
		var all []string
		for _, element := range list {
			all = append(all, name(element))
		}
		slices.Sort(all)
		return slices.Compact(all)
	}
	if !slices.Equal(names(ours), names(theirs)) && !c.whole(path, f, ours, theirs) {
		c.differ(path, ours, shown(f, theirs), Changes)
	}
}

// crossplanes are the tags that the provider adds to every resource.
var crossplanes = []string{"crossplane-kind", "crossplane-name", "crossplane-providerconfig"}

// texts compares two maps of texts. The provider owns the map as a whole.
func (c *comparison) texts(path string, f *field, ours, theirs any) {
	o, _ := ours.(map[string]any)
	t, _ := theirs.(map[string]any)
	for key, value := range ordered.All(o) {
		at := path + "[" + key + "]"
		switch theirs, there := t[key]; {
		case !there && path == "tags":
			c.differ(at, value, nil, Tag)
		case !there || plain(text, value) != plain(text, theirs):
			c.differ(at, value, theirs, Changes)
		}
	}
	for key, value := range ordered.All(t) {
		added := path == "tags" && slices.Contains(crossplanes, key)
		if _, said := o[key]; !said && !added {
			c.differ(path+"["+key+"]", nil, value, Removes)
		}
	}
}

func (c *comparison) differ(path string, ours, theirs any, effect Effect) {
	c.all = append(c.all, c.difference(path, ours, theirs, effect))
}

// difference returns a difference. It is refused if no condition makes the provider and AWS
// accept the change.
func (c *comparison) difference(path string, ours, theirs any, effect Effect) Difference {
	d := c.found
	d.Path, d.Ours, d.Theirs, d.Effect = path, ours, theirs, effect
	change := immutable.Change{Path: "spec.forProvider." + path, Old: theirs, New: ours, Object: c.object.content}
	if isZero(theirs) {
		change.Old = nil
	}
	refusal, restricted := c.restrictions.Refuses(change)
	switch {
	case !restricted || effect == Tag || effect == Unknown:
	case refusal.Unless != "":
		d.Why = refusal.Why + ", unless " + refusal.Unless
	default:
		d.Effect, d.Why = Refused, refusal.Why
	}
	return d
}

func isZero(value any) bool { return value == nil || reflect.ValueOf(value).IsZero() }
