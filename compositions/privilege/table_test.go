package privilege

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/csvtable"
)

// action is what AWS's reference says of an action: the ARNs that it knows,
// and its condition keys.
type action struct {
	resources []*regexp.Regexp
	keys      []string
}

func (a action) knows(arn string) bool {
	return slices.ContainsFunc(a.resources, func(format *regexp.Regexp) bool { return format.MatchString(arn) })
}

var formatField = regexp.MustCompile(`\\\{\w+\\\}|\\\*`)

// RowsOf are the rows of a table below its header.
func RowsOf(t *testing.T, name string) [][]string {
	t.Helper()
	content, err := os.ReadFile(name)
	require.NoError(t, err)
	rows := csvtable.Rows(string(content))
	require.NotEmpty(t, rows, name)
	return rows
}

// reference is the part of the Service Authorization Reference that the table
// needs. A new action in the table needs its line there.
func reference(t *testing.T) map[string]action {
	t.Helper()
	actions := map[string]action{}
	for _, line := range RowsOf(t, "testdata/service-authorization.csv") {
		a := action{keys: strings.Fields(line[2])}
		for _, format := range strings.Fields(line[1]) {
			pattern := formatField.ReplaceAllString(regexp.QuoteMeta(format), ".*")
			a.resources = append(a.resources, regexp.MustCompile("^"+pattern+"$"))
		}
		actions[line[0]] = a
	}
	return actions
}

// byName are actions that the reference has without resources, and that AWS
// allows by the name of what is made all the same (EKS user guide, "Amazon EKS
// identity-based policy examples").
func byName() []string { return []string{"eks:CreateCluster"} }

var placeholder = regexp.MustCompile(`\{[\w.]+\}`)

func TestActionsResourcesAndConditionsAreThoseOfAWS(t *testing.T) {
	actions := reference(t)
	for kind, rows := range permissions() {
		for _, r := range rows {
			for _, name := range r.actions {
				a, known := actions[name]
				require.True(t, known, "%s: AWS knows no action %q", kind, name)
				for _, pattern := range r.resources {
					arn := "arn:aws:" + placeholder.ReplaceAllString(strings.ReplaceAll(pattern, "*", "x/x/x/x/x"), "x")
					require.True(t, pattern == "*" && len(a.resources) == 0 || a.knows(arn) || slices.Contains(byName(), name),
						"%s: %s is not for %s", kind, name, pattern)
				}
				for _, c := range r.conditions {
					key, _, _ := strings.Cut(c.Key, "/")
					require.Contains(t, a.keys, key, "%s: %s", kind, name)
				}
			}
		}
	}
}

func TestEveryActionOfTheReferenceIsUsed(t *testing.T) {
	used := map[string]bool{}
	for _, rows := range permissions() {
		for _, r := range rows {
			for _, name := range r.actions {
				used[name] = true
			}
		}
	}
	for name := range reference(t) {
		require.True(t, used[name], "no kind needs %s", name)
	}
}

func TestEveryKindCanBeObserved(t *testing.T) {
	for kind, rows := range permissions() {
		require.True(t, slices.ContainsFunc(rows, func(r row) bool { return r.operation == "observe" }), kind)
		for _, r := range rows {
			require.Contains(t, []string{"observe", "create", "update", "delete", "adopt"}, r.operation, kind)
			require.NotEmpty(t, r.actions, kind)
			require.NotEmpty(t, r.resources, kind)
		}
	}
}

// In a document a key stands once below its operator.
func TestNoLineHasAConditionTwice(t *testing.T) {
	for kind, rows := range permissions() {
		for _, r := range rows {
			seen := map[string]bool{}
			for _, c := range r.conditions {
				require.False(t, seen[c.Operator+c.Key], "%s: %s %s", kind, c.Operator, c.Key)
				seen[c.Operator+c.Key] = true
			}
		}
	}
}

// What a service asks of its caller in other services is in the table, at the
// operation or at observe, which every role has; or the reason why not is known.
func TestWhatAWSAsksForInOtherServicesIsInTheTable(t *testing.T) {
	for _, line := range RowsOf(t, "testdata/dependent.csv") {
		kind, operation, action, unneeded := line[0], line[1], line[2], line[3]
		rows, known := permissions()[kind]
		require.True(t, known, "%s is not in the table", kind)
		there := slices.ContainsFunc(rows, func(r row) bool {
			return (r.operation == operation || r.operation == "observe") && slices.Contains(r.actions, action)
		})
		require.Equal(t, unneeded == "", there, "%s, %s: %s (%q)", kind, operation, action, unneeded)
	}
}
