package proof

import "slices"

// Match is an object and what AWS has of it.
type Match struct {
	Kind    string // with its group
	Name    string // metadata.name
	ID      string // in AWS
	Address string // in Terraform
}

// Matches returns the objects that adopt a resource of held, in the order of the objects.
func Matches(objects []map[string]any, held []Held) []Match {
	w := newWorld(objects, held)
	var all []Match
	for _, o := range w.objects {
		if h, there := w.counterpart(o); there && o.inAWS() {
			all = append(all, Match{o.kind, o.name, w.identity(o), h.Address})
		}
	}
	return all
}

// ProviderTags are the keys of the tags that the provider adds to everything it manages.
func ProviderTags() []string { return slices.Clone(crossplanes) }
