package proof

import (
	"slices"

	"github.com/dominoc/dominoc/compositions/fieldpath"
)

// Match is an object and what AWS has of it.
type Match struct {
	Kind    string // with its group
	Name    string // metadata.name
	ID      string // in AWS
	Address string // in Terraform

	// ProviderTags are the keys of the tags that the provider adds by itself, those of
	// the function ProviderTags that AWS has not; none for a kind without tags.
	ProviderTags []string
}

// Matches returns the objects that adopt a resource of held, in the order of the objects.
func Matches(objects []map[string]any, held []Held) []Match {
	w := newWorld(objects, held)
	var all []Match
	for _, o := range w.objects {
		if h, there := w.counterpart(o); there && o.inAWS() {
			all = append(all, Match{o.kind, o.name, w.identity(o), h.Address, missingTags(o.kind, h)})
		}
	}
	return all
}

// missingTags returns the keys of the provider's own tags that a resource has not.
func missingTags(kind string, h Held) []string {
	if !slices.ContainsFunc(tables()[kind].fields, func(f *field) bool { return f.name == "tags" }) {
		return nil
	}
	return slices.DeleteFunc(ProviderTags(), func(key string) bool {
		return fieldpath.Text(h.Attributes, "tags", key) != "" || fieldpath.Text(h.Attributes, "tags_all", key) != ""
	})
}

// ProviderTags are the keys of the tags that the provider adds to everything it manages.
func ProviderTags() []string { return slices.Clone(crossplanes) }
