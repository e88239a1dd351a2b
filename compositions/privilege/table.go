package privilege

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/csvtable"
)

//go:embed data/permissions.csv
var permissionsTable string

// row is a line of the table: actions on resources under conditions, with placeholders.
type row struct {
	operation  string // observe, create, update, delete or adopt
	actions    []string
	resources  []string
	conditions []Clause
	needs      string // a field that must be set, or a field=value; empty for none
}

// adopt is the operation on what AWS had before the environment: the provider tags it.
const adopt = "adopt"

// The parts of a line that count, none for a line without actions: for what an environment
// always needs, for what it reads, for what it adopts, and for that before its owner trusts
// the adoption, when tags are added and none is taken away.
func (r row) lasting() row {
	return r.only(func(string) bool { return r.operation != adopt })
}

func (r row) reading() row {
	return r.only(func(action string) bool { return r.operation != adopt && reads(action) })
}

func (r row) adopting() row {
	return r.only(func(string) bool { return r.operation == adopt })
}

func (r row) tagging() row {
	return r.only(func(action string) bool { return r.operation == adopt && !strings.Contains(action, ":Untag") })
}

// only keeps some actions of a line.
func (r row) only(kept func(action string) bool) row {
	actions := r.actions
	r.actions = nil
	for _, action := range actions {
		if kept(action) {
			r.actions = append(r.actions, action)
		}
	}
	return r
}

// reads reports whether an action changes nothing: AWS names those of our services so.
func reads(action string) bool {
	_, operation, _ := strings.Cut(action, ":")
	return slices.ContainsFunc([]string{"Describe", "Get", "List"}, func(verb string) bool { return strings.HasPrefix(operation, verb) })
}

// permissions is the table by kind, such as ec2/VPC. It is part of the binary: an
// unreadable one is a bug.
var permissions = sync.OnceValue(func() map[string][]row {
	rows := map[string][]row{}
	for _, line := range csvtable.Rows(permissionsTable) {
		rows[line[0]] = append(rows[line[0]], row{
			operation: line[1], actions: strings.Fields(line[2]), resources: strings.Fields(line[3]),
			conditions: clauses(line[4]), needs: line[5],
		})
	}
	return rows
})

// clauses reads conditions: operator, key and values, separated by semicolons.
func clauses(conditions string) []Clause {
	var out []Clause
	for text := range strings.SplitSeq(conditions, ";") {
		switch words := strings.Fields(text); {
		case len(words) == 0:
		case words[0] == "created":
			out = append(out, tagged(requestTag, "{environment}"))
		case words[0] == "ours":
			out = append(out, tagged(resourceTag, "{environment}"))
		case words[0] == "unclaimed":
			out = append(out, Clause{"StringEqualsIfExists", resourceTag, []string{"{environment}"}})
		case words[0] == "bounded":
			out = append(out, Clause{"StringEquals", boundaryKey, []string{"{boundary}"}})
		default:
			out = append(out, Clause{words[0], words[1], words[2:]})
		}
	}
	return out
}

// The environment's tag, in a request and on a resource; and the boundary of a role.
const (
	requestTag  = "aws:RequestTag/" + plan.TagEnvironment
	resourceTag = "aws:ResourceTag/" + plan.TagEnvironment
	boundaryKey = "iam:PermissionsBoundary"
)

func tagged(key, environment string) Clause {
	return Clause{"StringEquals", key, []string{environment}}
}
