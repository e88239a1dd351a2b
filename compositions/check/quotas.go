package check

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/schema/words"
)

const (
	codeQuotaUnknown = "quota-unknown"
	codeQuotaUnused  = "quota-unused"
)

// Stated is the quotas that the user states.
type Stated struct {
	Quotas v1alpha1.Quotas
	At     diag.Locator // the position of account, "global", code or account, "regions", region, code
}

// Total is what the fleet needs of a quota in one place, beside what it has.
type Total struct {
	Quota   *catalog.Quota
	Account string
	Region  string // empty for what holds in all regions
	Of      string // the zone, cluster, VPC and so on that the quota is counted for, if any
	Need    int64

	// Limit is what the user states, or AWS's default; unknown when Known is
	// false.
	Limit  int64
	Known  bool
	Stated bool

	shares []share
	surges []surge
}

// share is what one member needs, and the field that most of it comes from.
type share struct {
	member  int
	amount  int64
	path    diag.Path
	largest int64 // that the path stands for
}

// surge is what a pool adds while EKS replaces its nodes.
type surge struct {
	environment, pool string
	amount            int64
	most, node        int64 // with the pool at its maximum, and of each node
}

// Exceeded reports whether the fleet needs more than the limit.
func (t Total) Exceeded() bool { return t.Known && t.Need > t.Limit }

// SurgeOf is what pools add to the need while EKS replaces their nodes, all at
// once: it adds nodes before it takes any away.
func (t Total) SurgeOf(rolls func(environment, pool string) bool) int64 {
	var sum int64
	for _, s := range t.surges {
		if rolls(s.environment, s.pool) {
			sum += s.amount
		}
	}
	return sum
}

// StayingOf is what the nodes that pools have before count beyond those that replace
// them, which have another instance type: all of them stay until the first is replaced.
func (t Total) StayingOf(before Total, rolls func(environment, pool string) bool) int64 {
	var sum int64
	for _, s := range t.surges {
		for _, b := range before.surges {
			if s.node > 0 && b.environment == s.environment && b.pool == s.pool && rolls(s.environment, s.pool) {
				sum += s.most / s.node * max(0, b.node-s.node)
			}
		}
	}
	return sum
}

// Surge is what the environment that adds the most adds while EKS replaces the
// nodes of all its pools, as an upgrade of Kubernetes does.
func (t Total) Surge() int64 {
	var most int64
	sums := map[string]int64{}
	for _, s := range t.surges {
		sums[s.environment] += s.amount
		most = max(most, sums[s.environment])
	}
	return most
}

// ShortInRoll reports whether there is enough, but not while the nodes of an environment
// are replaced.
func (t Total) ShortInRoll() bool { return t.Known && !t.Exceeded() && t.Need+t.Surge() > t.Limit }

// Totals are the needs of all planned members, sorted by account, region, quota
// and what it is counted for. Of members of one name the first counts.
func Totals(members []Member, stated *Stated) []Total {
	type place struct {
		quota               *catalog.Quota
		account, region, of string
	}
	most := 0
	for _, m := range members {
		most += len(m.Needs)
	}
	all := slices.Grow([]Total(nil), most)
	sums, counted, quotas := make(map[place]int, most), map[string]bool{}, map[string]*catalog.Quota{}
	for _, q := range catalog.Quotas() {
		quotas[q.Code] = &q
	}
	for i, m := range members {
		if !m.Planned || counted[m.Environment.Name] {
			continue
		}
		counted[m.Environment.Name] = true
		for _, need := range m.Needs {
			quota := quotas[need.Code]
			at := place{quota, m.Environment.Account, m.Environment.Region, need.Of}
			if global(*quota) {
				at.region = ""
			}
			n, known := sums[at]
			if !known {
				n, sums[at] = len(all), len(all)
				all = append(all, Total{Quota: quota, Account: at.account, Region: at.region, Of: at.of})
			}
			all[n].add(i, need)
			if need.Surge > 0 {
				all[n].surges = append(all[n].surges, surge{m.Environment.Name, need.Path[1], need.Surge, need.Amount, need.Node})
			}
		}
	}
	for i := range all {
		all[i].limit(stated)
	}
	slices.SortFunc(all, compareTotals)
	return all
}

func (t *Total) add(member int, need Need) {
	t.Need += need.Amount
	last := len(t.shares) - 1
	if last < 0 || t.shares[last].member != member {
		t.shares = append(t.shares, share{member, need.Amount, need.Path, need.Amount})
		return
	}
	s := &t.shares[last]
	s.amount += need.Amount
	if need.Amount > s.largest {
		s.path, s.largest = need.Path, need.Amount
	}
}

// global reports whether one value applies to all regions.
func global(q catalog.Quota) bool { return q.Scope == "account" || q.Scope == "role" }

// compareTotals stops at the first difference: a large fleet has tens of thousands of totals.
func compareTotals(a, b Total) int {
	if c := cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region)); c != 0 {
		return c
	}
	if a.Quota != b.Quota {
		if c := catalog.CompareQuotas(*a.Quota, *b.Quota); c != 0 {
			return c
		}
	}
	return cmp.Compare(a.Of, b.Of)
}

// limit is what the user states, or a default that says something.
func (t *Total) limit(stated *Stated) {
	if value, ok := stated.value(*t); ok {
		t.Limit, t.Known, t.Stated = value, true, true
		return
	}
	t.Limit = t.Quota.Default
	t.Known = t.Quota.Default != catalog.Unconfirmed && !t.Quota.Grows
}

func (s *Stated) value(t Total) (int64, bool) {
	if s == nil {
		return 0, false
	}
	values := s.Quotas[t.Account].Regions[t.Region]
	if t.Region == "" {
		values = s.Quotas[t.Account].Global
	}
	value, ok := values[t.Quota.Code]
	return value, ok
}

// path is where the value of a total is stated.
func (t Total) path() diag.Path {
	if t.Region == "" {
		return diag.Path{t.Account, "global", t.Quota.Code}
	}
	return diag.Path{t.Account, "regions", t.Region, t.Quota.Code}
}

// Place is where a total is counted, for the reader.
func (t Total) Place() string {
	place := "account " + t.Account
	if t.Region != "" {
		place += " in " + t.Region
	}
	return place
}

// quotas compares the needs with the quotas (R21).
func (c *checker) quotas() {
	totals := Totals(c.members, c.facts.Quotas)
	var unknown []Total
	for _, t := range totals {
		if t.Exceeded() {
			c.reportExceeded(t)
		}
		if !t.Known {
			unknown = append(unknown, t)
		}
	}
	c.reportUnknown(unknown)
	c.checkStated()
}

func (c *checker) reportExceeded(t Total) {
	slices.SortStableFunc(t.shares, func(a, b share) int { return cmp.Compare(b.amount, a.amount) })
	largest := t.shares[0]
	c.refuse("quota-exceeded", largest.member, largest.path, problem{
		message: fmt.Sprintf("%s needs %d of quota %s %q%s with every pool at its maximum, and %s %d (R21)",
			t.Place(), t.Need, t.Quota.Code, t.Quota.Name, countedFor(t), t.has(), t.Limit),
		hint:   t.remedy(),
		notes:  append(c.statedNote(t), c.shareNotes(t)...),
		others: membersOf(t.shares[1:]),
	})
}

// countedFor says what a quota is counted for, where that is less than the region.
func countedFor(t Total) string {
	if t.Of == "" {
		return ""
	}
	return " for " + strconv.Quote(t.Of)
}

func (t Total) has() string {
	if t.Stated {
		return "has"
	}
	return "AWS's default is"
}

func (t Total) remedy() string {
	switch {
	case !t.Quota.Adjustable:
		return "AWS does not raise this quota: use another account or region, or reduce the need"
	case t.Region == "":
		return fmt.Sprintf("ask AWS for more (dominoc quotas --emit), and state what the account has in environments/quotas/quotas.cue: quotas: %q: global: %q: %d", t.Account, t.Quota.Code, t.Need)
	}
	return fmt.Sprintf("ask AWS for more (dominoc quotas --emit), and state what the account has in environments/quotas/quotas.cue: quotas: %q: regions: %q: %q: %d", t.Account, t.Region, t.Quota.Code, t.Need)
}

func (c *checker) statedNote(t Total) []diag.Note {
	if !t.Stated {
		return nil
	}
	return []diag.Note{{Pos: c.facts.Quotas.At(t.path()), Message: fmt.Sprintf("%d is stated here", t.Limit)}}
}

// shareNotes say who else needs how much, the first of them only.
func (c *checker) shareNotes(t Total) []diag.Note {
	const most = 4
	var notes []diag.Note
	for _, s := range t.shares[:min(most, len(t.shares))] {
		notes = append(notes, c.note(s.member, s.path, fmt.Sprintf("environment %q: %d", c.env(s.member).Name, s.amount)))
	}
	if n := len(t.shares) - most; n > 0 {
		notes = append(notes, diag.Note{Message: fmt.Sprintf("and %d more", n)})
	}
	return notes
}

func membersOf(shares []share) []int {
	var all []int
	for _, s := range shares {
		all = append(all, s.member)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// reportUnknown gives one warning for all needs that cannot be checked; none for a lone
// environment, whose user is probably trying dominoc.
func (c *checker) reportUnknown(totals []Total) {
	if len(c.members) < 2 && c.facts.Quotas == nil {
		return
	}
	totals = slices.DeleteFunc(totals, c.acceptedUnknown)
	if len(totals) == 0 {
		return
	}
	var concerned []share
	for _, t := range totals {
		concerned = append(concerned, t.shares...)
	}
	members := membersOf(concerned)
	c.warn(codeQuotaUnknown, members[0], diag.Path{"pools"}, problem{
		message: words.CountOf(len(totals), "need", "needs") + " cannot be checked: the accounts' quotas are not stated, and AWS's defaults do not settle it (R21)",
		hint:    "state what the accounts have in environments/quotas/quotas.cue; dominoc quotas shows all needs",
		notes:   c.unknownNotes(totals),
		others:  members[1:],
	})
}

// acceptedUnknown reports whether a member accepts that a need cannot be checked.
func (c *checker) acceptedUnknown(t Total) bool {
	accepted := false
	for _, s := range t.shares {
		if _, ok := c.env(s.member).Accept[codeQuotaUnknown]; ok {
			accepted = true
			c.use(codeQuotaUnknown, s.member)
		}
	}
	return accepted
}

func (c *checker) unknownNotes(totals []Total) []diag.Note {
	const most = 6
	var notes []diag.Note
	for _, t := range totals[:min(most, len(totals))] {
		s := t.shares[0]
		notes = append(notes, c.note(s.member, s.path, fmt.Sprintf("%s needs %d of %s %q", t.Place(), t.Need, t.Quota.Code, t.Quota.Name)))
	}
	if n := len(totals) - most; n > 0 {
		notes = append(notes, diag.Note{Message: fmt.Sprintf("and %d more", n)})
	}
	return notes
}

// checkStated warns of stated quotas that no need is compared with: they are stale or
// have a typo.
func (c *checker) checkStated() {
	if c.facts.Quotas == nil || c.facts.Partial {
		return
	}
	places := map[[2]string]bool{}
	for _, m := range c.members {
		places[[2]string{m.Environment.Account, ""}] = true
		places[[2]string{m.Environment.Account, m.Environment.Region}] = true
	}
	for account, a := range ordered.All(c.facts.Quotas.Quotas) {
		c.checkCodes(account, "", a.Global, places, diag.Path{account, "global"})
		for region, values := range ordered.All(a.Regions) {
			c.checkCodes(account, region, values, places, diag.Path{account, "regions", region})
		}
	}
}

func (c *checker) checkCodes(account, region string, values map[string]int64, places map[[2]string]bool, path diag.Path) {
	if len(values) > 0 && !places[[2]string{account, region}] {
		c.warnStated(path, fmt.Sprintf("no environment is in %s", Total{Account: account, Region: region}.Place()), "remove it, or correct the account or the region")
		return
	}
	for code := range ordered.All(values) {
		quota, known := catalog.FindQuota(code)
		switch {
		case !known:
			c.warnStated(path.Child(code), fmt.Sprintf("%q is not a quota that dominoc checks", code), nearQuota(code))
		case global(quota) != (region == ""):
			c.warnStated(path.Child(code), fmt.Sprintf("%s %q is counted %s", code, quota.Name, where(quota)), "move it there")
		}
	}
}

func where(q catalog.Quota) string {
	if global(q) {
		return "for the account as a whole: under global"
	}
	return "in each region: under regions"
}

func nearQuota(code string) string {
	var codes []string
	for _, q := range catalog.Quotas() {
		codes = append(codes, q.Code)
	}
	if near := diag.Nearest(code, codes); near != "" {
		quota, _ := catalog.FindQuota(near)
		return fmt.Sprintf("did you mean %q (%s)?", near, quota.Name)
	}
	return "dominoc quotas lists the quotas"
}

// warnStated is a warning in the file of the quotas, which is no member's.
func (c *checker) warnStated(path diag.Path, message, hint string) {
	c.found = append(c.found, Finding{Diagnostic: diag.Diagnostic{
		Severity: diag.Warning, Code: codeQuotaUnused, Pos: c.facts.Quotas.At(path), Message: message, Hint: hint,
	}})
}
