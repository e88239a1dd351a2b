package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/diag"
)

// codeRoleShared is accepted where one team answers for all environments of a
// role.
const codeRoleShared = "provider-role-shared"

// OwnRole is the ARN of a role for the provider in one environment alone.
func OwnRole(partition, account, environment string) string {
	return strings.Join([]string{"arn", partition, "iam", "", account, "role/dominoc-provider-" + environment}, ":")
}

// trust warns of environments whose provider can assume one role: the tags that
// keep environments apart are compared with those of a role, so a role that two
// share reaches the resources of both.
func (c *checker) trust() {
	owners, assumed := map[string][]int{}, map[string][]int{}
	for i, m := range c.members {
		if !m.Planned {
			continue
		}
		owners[m.Role] = append(owners[m.Role], i)
		assumed[m.Role] = append(assumed[m.Role], i)
		if m.ZoneRole != "" && m.ZoneRole != m.Role {
			assumed[m.ZoneRole] = append(assumed[m.ZoneRole], i)
		}
	}
	for role, members := range ordered.All(assumed) {
		if len(owners[role]) == 0 || len(members) == 1 {
			continue // hosted zones may share a role: it changes records alone
		}
		for _, member := range members {
			c.warnShared(role, member, members, owners[role])
		}
	}
}

func (c *checker) warnShared(role string, member int, members, owners []int) {
	path, hint := diag.Path{"provider", "roleARN"}, "give each environment a role of its own, with provider.roleARN"
	if !slices.Contains(owners, member) {
		path, hint = diag.Path{"domain", "hostedZone", "roleARN"}, "name a role that only changes the hosted zone"
	}
	names, other := c.sharing(member, members)
	c.warn(codeRoleShared, member, path, problem{
		message: fmt.Sprintf("%q is the role of %s too; one role is one trust domain: a change of one environment may change and delete the others (R20)", role, names),
		hint:    hint + "; or accept it if one team is responsible for all of them",
		notes:   []diag.Note{c.note(other, diag.Path{"provider", "roleARN"}, "one of the others")},
		others:  []int{other},
	})
}

// sharing names a few of the members other than one, with how many more there
// are, and gives the first.
func (c *checker) sharing(member int, members []int) (names string, first int) {
	const most = 3
	var quoted []string
	first = noMember
	for _, m := range members {
		if m == member {
			continue
		}
		if first == noMember {
			first = m
		}
		if len(quoted) == most {
			quoted = append(quoted, fmt.Sprintf("%d more", len(members)-1-most))
			break
		}
		quoted = append(quoted, strconv.Quote(c.env(m).Name))
	}
	if len(quoted) == 1 {
		return "environment " + quoted[0], first
	}
	last := len(quoted) - 1
	return "environments " + strings.Join(quoted[:last], ", ") + " and " + quoted[last], first
}
