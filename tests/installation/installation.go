// Package installation makes Terraform states of installations that never were, for tests:
// what Domino's Terraform modules would leave behind for a name, a region, a number of
// zones, pools and switches.
//
// The modules make some 230 objects, so no state is written by hand. Each installation is
// made from the states of a real run (cmd/dominoc/terraform/testdata/a-base): names and ids
// are replaced, and switches add, change or remove resources. Tests compare what this makes
// for the inputs of the other two real runs with their states.
package installation

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/dominoc/dominoc/cmd/dominoc/terraform"
)

// Installation is the three states of an installation.
type Installation struct {
	Name   string
	Region string
	roots  map[string]state
}

// Roots are the roots of the modules, in the order in which they are applied.
var Roots = []string{"infra", "cluster", "nodes"}

// New makes an installation: in three zones of us-west-2 with the modules' defaults, unless
// options say otherwise.
func New(name string, options ...Option) *Installation {
	s := settings{name: name, region: "us-west-2", zones: 3}
	for _, option := range options {
		option(&s)
	}
	i := &Installation{Name: name, Region: s.region, roots: map[string]state{}}
	replace := s.replacer()
	for root, text := range base() {
		if s.existingVPC {
			text = found(text)
		}
		i.roots[root] = decoded(replace.Replace(text))
	}
	if s.existingVPC {
		i.existing(s, replace)
	}
	for _, change := range []func(settings){
		i.pools, i.tags, i.cluster, i.network, i.keys, i.storage, i.issuer, i.leave, i.zones, i.written,
	} {
		change(s)
	}
	return i
}

// Files returns the states as the three files of the modules' roots.
func (i *Installation) Files() []terraform.File {
	var files []terraform.File
	for _, root := range Roots {
		files = append(files, encoded(root+".tfstate", i.roots[root]))
	}
	return files
}

// Single returns one state of a user's own root, which calls the modules by other names.
func (i *Installation) Single() []terraform.File {
	rename := strings.NewReplacer("module.infra", "module.base", "module.eks", "module.control_plane", "module.nodes", "module.workers")
	var all []any
	for _, root := range Roots {
		for _, r := range i.roots[root].resources() {
			path, _ := r["module"].(string)
			if path == "" {
				continue // the roots' own data sources are copies of other states
			}
			own := copied(r)
			own["module"] = rename.Replace(path)
			all = append(all, own)
		}
	}
	one := state{"version": 4, "terraform_version": "1.11.4", "serial": 7, "lineage": "5e0d2b8c-8f0b-4a7b-9d53-1f0a5c1d2e3f", "outputs": object{}, "resources": all}
	return []terraform.File{encoded("terraform.tfstate", one)}
}

// Shown returns the states as terraform show -json prints them.
func (i *Installation) Shown() []terraform.File {
	var files []terraform.File
	for _, root := range Roots {
		files = append(files, encoded(root+".json", Show(i.roots[root])))
	}
	return files
}

// base returns the states of the real run, as texts.
var base = sync.OnceValue(func() map[string]string {
	all := map[string]string{}
	for _, root := range Roots {
		all[root] = read("a-base", root)
	}
	return all
})

// read returns a state of a real run.
func read(set, root string) string {
	dir, err := os.Getwd()
	for err == nil {
		text, missing := os.ReadFile(filepath.Join(dir, "cmd", "dominoc", "terraform", "testdata", set, root+".tfstate"))
		if missing == nil {
			return string(text)
		}
		if dir == filepath.Dir(dir) {
			err = missing
		}
		dir = filepath.Dir(dir)
	}
	panic(err)
}

// made matches what AWS chooses: ids, UUIDs, and the name of a cluster's issuer.
var made = regexp.MustCompile(`\b(?:vpc-cidr-assoc|vpc|subnet|sg|sgr|rtb|rtbassoc|igw|nat|eipalloc|eipassoc|eni|acl|vpce|fl|lt|fs|fsap|fsmt)-[0-9a-f]{8,17}\b|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|\b[0-9A-F]{32}\b`)

// ids are those in the texts that installations are made of.
var ids = sync.OnceValue(func() []string {
	found := map[string]bool{}
	for _, text := range append(slices.Collect(maps.Values(base())), read("b-existing", "infra")) {
		for _, id := range made.FindAllString(text, -1) {
			found[id] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
})

// replacer returns what makes the texts of the real run those of another installation.
func (s settings) replacer() *strings.Replacer {
	pairs := []string{"tfthree", s.name, "tfbrought", s.name, "us-west-2", s.region, "usw2-", short(s.region) + "-", "arn:" + partition("us-west-2") + ":", "arn:" + partition(s.region) + ":"}
	if s.smallVPC {
		pairs = append(pairs,
			"10.0.0.0/16", "10.1.0.0/19", "10.0.0.0/27", "10.1.0.0/27", "10.0.0.32/27", "10.1.0.32/27", "10.0.0.64/27", "10.1.0.64/27",
			"10.0.32.0/19", "10.1.8.0/21", "10.0.64.0/19", "10.1.16.0/21", "10.0.96.0/19", "10.1.24.0/21")
	}
	for _, id := range ids() {
		pairs = append(pairs, id, another(id, s.name))
	}
	return strings.NewReplacer(pairs...)
}

// another returns an id of the same form that no other installation has.
func another(id, name string) string {
	hash := fnv.New128a()
	fmt.Fprint(hash, name, " ", id)
	hex := fmt.Sprintf("%x", hash.Sum(nil))
	switch {
	case len(id) == 36 && strings.Count(id, "-") == 4:
		return hex[:8] + "-" + hex[8:12] + "-" + hex[12:16] + "-" + hex[16:20] + "-" + hex[20:]
	case len(id) == 32:
		return strings.ToUpper(hex)
	}
	return id[:strings.LastIndex(id, "-")+1] + hex[:17]
}

// short returns a region as the ids of its zones begin: usw2 for us-west-2.
func short(region string) string {
	of := map[string]string{"north": "n", "south": "s", "east": "e", "west": "w", "central": "c", "northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw", "gov": "g"}
	var b strings.Builder
	for _, part := range strings.Split(region, "-") {
		if word, ok := of[part]; ok {
			part = word
		}
		b.WriteString(part)
	}
	return b.String()
}

func partition(region string) string {
	if strings.HasPrefix(region, "us-gov-") {
		return "aws-us-gov"
	}
	return "aws"
}

func decoded(text string) state {
	s := state{}
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		panic(err)
	}
	return s
}

func encoded(name string, value any) terraform.File {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		panic(err)
	}
	return terraform.File{Name: name, Text: append(text, '\n')}
}
