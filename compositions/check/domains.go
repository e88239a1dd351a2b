package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/diag"
)

// domain is a node of the tree of host names: the root is the name without
// labels, below it stand com, net and so on.
type domain struct {
	below  map[string]*domain
	member int // the first with this host name, or noMember
}

const noMember = -1

func newDomain() *domain { return &domain{below: map[string]*domain{}, member: noMember} }

// at is the node of a host name, made when it is not there.
func (d *domain) at(fqdn string) *domain {
	for _, label := range reversed(fqdn) {
		next := d.below[label]
		if next == nil {
			next = newDomain()
			d.below[label] = next
		}
		d = next
	}
	return d
}

// above is the member whose host name is the lowest above one.
func (d *domain) above(fqdn string) int {
	found := noMember
	labels := reversed(fqdn)
	for _, label := range labels[:len(labels)-1] {
		if d = d.below[label]; d.member != noMember {
			found = d.member
		}
	}
	return found
}

// free reports whether a host name is neither above nor below another one.
func (d *domain) free(fqdn string) bool {
	for _, label := range reversed(fqdn) {
		if d.member != noMember {
			return false
		}
		if d = d.below[label]; d == nil {
			return true
		}
	}
	return false
}

func reversed(fqdn string) []string {
	labels := strings.Split(fqdn, ".")
	slices.Reverse(labels)
	return labels
}

// domains refuses host names that are equal, or of which one lies under the
// other (R19).
func (c *checker) domains() {
	root := newDomain()
	for i, m := range c.members {
		at := root.at(m.Environment.Domain.FQDN)
		if at.member == noMember {
			at.member = i
			continue
		}
		c.reportSameDomain(i, at.member)
	}
	for i, m := range c.members {
		if above := root.above(m.Environment.Domain.FQDN); above != noMember {
			c.reportNested(root, i, above)
		}
	}
}

func fqdnPath() diag.Path { return diag.Path{"domain", "fqdn"} }

func (c *checker) reportSameDomain(member, other int) {
	if c.env(member).Name == c.env(other).Name {
		return // a copy of a file: its name is to change first
	}
	c.refuse("fqdn-taken", member, fqdnPath(), problem{
		message: fmt.Sprintf("%q is the host name of environment %q too; each installation needs its own (R19)", c.env(member).Domain.FQDN, c.env(other).Name),
		hint:    "choose another name",
		notes:   []diag.Note{c.note(other, fqdnPath(), "the other environment")},
		others:  []int{other},
	})
}

func (c *checker) reportNested(root *domain, member, above int) {
	fqdn, parent := c.env(member).Domain.FQDN, c.env(above).Domain.FQDN
	c.refuse("fqdn-nested", member, fqdnPath(), problem{
		message: fmt.Sprintf("%q is a subdomain of %q of environment %q, whose wildcard record and certificate cover it (R19)", fqdn, parent, c.env(above).Name),
		hint:    beside(root, fqdn, parent),
		notes:   []diag.Note{c.note(above, fqdnPath(), "the name above it")},
		others:  []int{above},
	})
}

// beside is a host name next to the parent: x-domino.example.com in place of
// x.domino.example.com.
func beside(root *domain, fqdn, parent string) string {
	label, rest, _ := strings.Cut(parent, ".")
	own := strings.ReplaceAll(strings.TrimSuffix(fqdn, "."+parent), ".", "-")
	const longest = 63
	name := own + "-" + label + "." + rest
	if !strings.Contains(rest, ".") || len(own)+1+len(label) > longest || !root.free(name) {
		return "choose a name that is neither above nor below it"
	}
	return fmt.Sprintf("choose a name at the same level, such as %q", name)
}
