package proof

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/dominoc/dominoc/schema/csvtable"
)

//go:embed data/fields.csv
var fieldTable string

//go:embed data/known.csv
var knownTable string

// table is what the provider does with the fields of a kind.
type table struct {
	resource string // type in Terraform
	fields   []*field
}

// field is a field below spec.forProvider.
type field struct {
	name      string // in the object
	attribute string // in Terraform
	sort      sort
	kept      bool   // AWS's value stays if the object omits the field
	fallback  string // what the provider sets if the object omits the field
	compares  string // the provider's function that says when two values are equal
	unread    bool   // the provider does not ask AWS for it
	acts      bool   // the provider acts on it with any other change
	unstated  string // what AWS has where the state does not say
	refers    string // the kind that a reference fills it in from
	takes     string // "name" for its external name, else an attribute
	below     []*field
}

// sort is the shape of a field.
type sort string

const (
	text        sort = "string"
	number      sort = "number"
	boolean     sort = "bool"
	texts       sort = "map"
	list        sort = "list"
	set         sort = "set"
	one         sort = "one" // a block of which there is one at most
	blocks      sort = "list of blocks"
	setOfBlocks sort = "set of blocks"
)

// tables are those of all kinds. They are part of the binary: unreadable ones are a bug.
var tables = sync.OnceValue(func() map[string]table {
	known := map[string]table{}
	fields := map[string]*field{}
	for _, row := range csvtable.Rows(fieldTable) {
		kind, path := row[0], row[1]
		if path == "" {
			known[kind] = table{resource: row[2]}
			continue
		}
		f := &field{
			attribute: row[2], sort: sort(row[3]), kept: row[4] == "kept", fallback: row[5], compares: row[6],
			unread: row[7] == "no", refers: row[8], takes: row[9],
		}
		fields[kind+" "+path] = f
		in, name, nested := cutLast(path)
		f.name = name
		if nested {
			parent := fields[kind+" "+in]
			parent.below = append(parent.below, f)
			continue
		}
		t := known[kind]
		t.fields = append(t.fields, f)
		known[kind] = t
	}
	for _, row := range csvtable.Rows(knownTable) {
		f := fields[row[0]+" "+row[1]]
		switch row[2] {
		case "unread":
			f.unread = true
		case "acts":
			f.acts = true
		case "json":
			f.compares = "SuppressEquivalentJSONDocuments"
		case "unstated":
			f.unstated = row[3]
		default:
			panic("no such rule: " + row[2])
		}
	}
	return known
})

// cutLast splits a path before its last name.
func cutLast(path string) (in, name string, nested bool) {
	if i := strings.LastIndexByte(path, '.'); i >= 0 {
		return path[:i], path[i+1:], true
	}
	return "", path, false
}
