// Package privilege derives the permissions of the provider's roles: the objects of
// environments go in, as Crossplane will create them, and the IAM policies of each
// role that the provider assumes come out (R20). They grant only what an object needs.
//
// A table in data/ has the actions of each kind for observe, create, update and
// delete, and the ARNs and conditions that limit them. Three things narrow them:
//
//   - the object's management policies: an object that is never deleted needs no
//     permission to delete it;
//   - its fields: names give exact ARNs, and a line whose field is absent does not
//     apply;
//   - the tag dominoc.dev/environment, if only AWS knows the id: creating requires
//     the tag in the request, and changing requires it on the resource.
//
// What AWS had before the environment carries no such tag. The table's operation adopt has
// the calls that put it there, on the ARNs of exactly these resources; nothing else
// changes a resource before it has the tag. A Rehearsal grants these calls and all reads.
//
// A policy is for the state that the files describe. If it grows, apply it before the
// manifests; if it shrinks, after Crossplane has deleted the removed resources.
//
// The provider's role can use every permission that it may give to the environment's
// roles, because it writes their policies. Only a permissions boundary limits that:
// with one, roles are created with it only, and the role may not remove it.
//
// Package compositions makes the objects and calls this package for an environment; the
// command line prints and checks the policies.
package privilege

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/fieldpath"
)

// Environment is one environment as the table's patterns see it.
type Environment struct {
	Name, Account, Region, Partition, DNSSuffix, FQDN string

	// Boundary is the ARN of the policy that limits every role that is made; empty for none.
	Boundary string

	// GroupTags are the keys of the environment's tags on Auto Scaling groups.
	GroupTags []string

	// Roles are the ARNs of the roles that the provider assumes, by ProviderConfig.
	Roles map[string]string

	// Objects are all that the environment's composite resources compose, without the ids
	// that its file has.
	Objects []map[string]any

	// Adopted are those of the objects that AWS had before the environment, with their ids.
	Adopted []map[string]any
}

// Role is a role that the provider assumes, with its policies.
type Role struct {
	ARN          string   `json:"role,omitempty"` // empty for one that the user names
	Account      string   `json:"account"`
	Environments []string `json:"environments"` // that need it, sorted
	Policies     []Policy `json:"policies"`
}

// Need is what an environment needs of each role, without its objects.
type Need struct {
	environment string
	boundary    string
	byRole      map[string][]Statement
}

// Need returns what the environment's objects need: every operation that their management
// policies allow, and the tags of those that it adopts. An error is a kind without a line
// in the table, or an object whose role is unknown: a bug of dominoc.
func (e Environment) Need() (Need, error) { return e.need(row.lasting, row.adopting) }

// Rehearsal returns the need of the environment before its owner trusts the adoption: it
// reads what its objects read, and tags those that it adopts. AWS denies everything else
// that the provider tries, and so names what would change. Errors are those of Need.
func (e Environment) Rehearsal() (Need, error) { return e.need(row.reading, row.tagging) }

// need returns what parts of the lines allow for the objects, and for those that the
// environment adopts.
func (e Environment) need(part, adopted func(row) row) (Need, error) {
	byRole := map[string][]Statement{}
	if err := e.grant(byRole, e.Objects, part); err != nil {
		return Need{}, fmt.Errorf("%s: %w", e.Name, err)
	}
	if err := e.grant(byRole, e.Adopted, adopted); err != nil {
		return Need{}, fmt.Errorf("%s: %w", e.Name, err)
	}
	for role, statements := range byRole {
		byRole[role] = merge(statements)
	}
	return Need{e.Name, e.Boundary, byRole}, nil
}

// Roles returns the needed roles, sorted by ARN. A role that several environments share
// gets the policies that all of them need.
func Roles(needs []Need) []Role { return roles(needs, "") }

// Rehearsals returns the roles of rehearsals, like Roles. Their policies have names of
// their own: they take the place of the others and then give it back.
func Rehearsals(needs []Need) []Role { return roles(needs, "-rehearsal") }

func roles(needs []Need, suffix string) []Role {
	names := map[string][]string{}
	granted := map[string][]Statement{}
	boundaries := map[string][]string{}
	for _, n := range needs {
		for role, statements := range n.byRole {
			names[role] = append(names[role], n.environment)
			granted[role] = append(granted[role], statements...)
			boundaries[role] = append(boundaries[role], n.boundary)
		}
	}
	roles := make([]Role, 0, len(granted))
	for _, arn := range slices.Sorted(maps.Keys(granted)) {
		roles = append(roles, newRole(arn, suffix, names[arn], granted[arn], boundaries[arn]))
	}
	return roles
}

// newRole returns a role whose policies have its name with a suffix.
func newRole(arn, suffix string, environments []string, granted []Statement, boundaries []string) Role {
	slices.Sort(environments)
	name := arn[strings.LastIndex(arn, "/")+1:] + suffix
	denials := bounds(granted, boundaries)
	if len(denials) > 0 && !slices.Contains(boundaries, "") {
		granted = unbounded(granted)
	}
	return Role{
		ARN:          arn,
		Account:      strings.Split(arn, ":")[4],
		Environments: environments,
		Policies:     policies(name, merge(granted), denials),
	}
}

// grant adds to each role what parts of the lines of their kinds allow for objects.
func (e Environment) grant(byRole map[string][]Statement, objects []map[string]any, part func(row) row) error {
	others := index(e.Objects, objects)
	for _, content := range objects {
		o := object{e, others, content}
		kind, managed := o.kind()
		if !managed {
			continue
		}
		rows, known := permissions()[kind]
		if !known {
			return fmt.Errorf("kind %s: no permissions are known", kind)
		}
		role, err := o.role()
		if err != nil {
			return fmt.Errorf("kind %s: %w", kind, err)
		}
		for _, r := range rows {
			if granted := o.grants(part(r)); len(granted) > 0 { // else the role needs nothing for it
				byRole[role] = append(byRole[role], granted...)
			}
		}
	}
	return nil
}

// index returns objects by metadata.name, by which they refer to each other: the last of a
// name, so that the ids of adopted ones are known.
func index(lists ...[]map[string]any) map[string]map[string]any {
	byName := map[string]map[string]any{}
	for _, objects := range lists {
		for _, content := range objects {
			byName[fieldpath.Text(content, "metadata", "name")] = content
		}
	}
	return byName
}
