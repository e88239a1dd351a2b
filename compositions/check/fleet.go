package check

import (
	"slices"

	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Member is an environment of the fleet.
type Member struct {
	Environment *v1alpha1.Environment
	At          diag.Locator // the user's position of a path of the environment
	Alone

	// Plan returns the plan of a planned member.
	Plan func() *plan.Plan
}

// Facts are what the fleet is checked against.
type Facts struct {
	Quotas *Stated // what the accounts have; nil when the user states nothing
	Date   string  // YYYY-MM-DD, by which support is judged; empty for that of the catalogue's versions

	// Partial means that some environments of the fleet could not be read: an environment
	// that is not among the members may exist.
	Partial bool
}

// Finding is a diagnostic and the members that it concerns, by index. The first
// is the one whose line it is at.
type Finding struct {
	diag.Diagnostic
	Members []int

	// Used are the codes of warnings that are not given since the first member
	// accepts them. Such a finding has no diagnostic.
	Used []string
}

// Check checks the members against each other. The findings are in no particular
// order.
func Check(members []Member, facts Facts) []Finding {
	c := &checker{members: members, facts: facts}
	c.names()
	c.domains()
	c.taken()
	c.owned()
	c.trust()
	c.peers()
	c.ranges()
	c.quotas()
	c.versions()
	return c.found
}

// CheckNames is the part of Check without which nothing can be written: no two
// environments have one name.
func CheckNames(members []Member) []Finding {
	c := &checker{members: members}
	c.names()
	return c.found
}

// Codes of errors that are given in more than one place.
const (
	codeOverlap        = "fleet-cidr-overlap"
	codePeerConnection = "peer-connection"
)

// Codes are those of the warnings that Check may give. No plan gives them.
func Codes() []string {
	return []string{codeQuotaUnknown, codeQuotaUnused, codeSupportEnded, codeSupportEnding, codeVersionAhead, codeAddonVersion, codeAddonUnknown, codeRoleShared}
}

// checker gathers findings.
type checker struct {
	members []Member
	facts   Facts
	found   []Finding
	said    map[pair]bool
}

// pair is a finding about two members, whichever of them is looked at first.
type pair struct {
	code          string
	first, second int
}

// once reports whether no finding of a code is about two members yet, and notes it.
func (c *checker) once(code string, a, b int) bool {
	key := pair{code, min(a, b), max(a, b)}
	if c.said[key] {
		return false
	}
	if c.said == nil {
		c.said = map[pair]bool{}
	}
	c.said[key] = true
	return true
}

// problem is what a diagnostic says beside its code and place.
type problem struct {
	message string
	hint    string
	notes   []diag.Note
	others  []int // members that are involved too
}

func (c *checker) refuse(code string, member int, path diag.Path, p problem) {
	c.report(diag.Error, code, member, path, p)
}

func (c *checker) warn(code string, member int, path diag.Path, p problem) {
	c.report(diag.Warning, code, member, path, p)
}

func (c *checker) report(severity diag.Severity, code string, member int, path diag.Path, p problem) {
	c.found = append(c.found, Finding{
		Diagnostic: diag.Diagnostic{
			Severity: severity, Code: code, Pos: c.members[member].At(path), Path: path.String(),
			Message: p.message, Hint: p.hint, Notes: p.notes,
		},
		Members: slices.Concat([]int{member}, p.others),
	})
}

// use says once that a member accepts what would be warned of.
func (c *checker) use(code string, member int) {
	if c.once(code, member, member) {
		c.found = append(c.found, Finding{Members: []int{member}, Used: []string{code}})
	}
}

// note points into the file of another member.
func (c *checker) note(member int, path diag.Path, message string) diag.Note {
	return diag.Note{Pos: c.members[member].At(path), Message: message}
}

func (c *checker) env(member int) *v1alpha1.Environment { return c.members[member].Environment }
