package cli

import (
	"fmt"
	"path/filepath"

	"github.com/dominoc/dominoc/cmd/dominoc/change"
	"github.com/dominoc/dominoc/compositions/check"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// rules are what environments are held against each other by: dominoc's own and
// those of the house. partial says that environments of the fleet could not be
// read. The list says what is wrong with the user's quotas, rules and so on
// themselves, and with a copy of the schema.
func (o *options) rules(partial bool) ([]check.Rule, diag.List) {
	stated, found := o.stated()
	house, more := o.house()
	delivery, wrong := o.delivery()
	found = append(append(found, more...), wrong...)
	found = append(found, change.Misaccepted(o.loader(), o.root)...)
	found = append(found, o.loader().Vendored()...)
	facts := check.Facts{Quotas: stated, Date: string(o.date), Partial: partial}
	rules := []check.Rule{func(members []check.Member) []check.Finding { return check.Check(members, facts) }}
	if house != nil {
		rules = append(rules, applied(house))
	}
	if delivery != nil {
		rules = append(rules, check.DeliveryRule(delivery.Values, delivery.At, partial))
	}
	return rules, found
}

// stated is what the user says of quotas, or nil.
func (o *options) stated() (*check.Stated, diag.List) {
	quotas, found := o.loader().Quotas(filepath.Join(o.root, fleetFolder, "quotas"))
	if quotas == nil {
		return nil, found
	}
	return &check.Stated{Quotas: quotas.Values, At: quotas.At}, found
}

// house is the user's own rules, or nil.
func (o *options) house() (*load.Policy, diag.List) {
	return o.loader().Policy(filepath.Join(o.root, fleetFolder, "policy"))
}

// deliveryFile is where a user says how manifests reach the management cluster.
const deliveryFile = fleetFolder + "/gitops/gitops.cue"

// readDelivery is what the user says of how manifests reach the management
// cluster, or nil.
func (o *options) readDelivery() (*load.GitOps, diag.List) {
	return o.loader().GitOps(filepath.Join(o.root, fleetFolder, "gitops"))
}

// deliveryValues is what the user says of it; of what is wrong nothing.
func (o *options) deliveryValues() v1alpha1.GitOps {
	if said, _ := o.delivery(); said != nil {
		return said.Values
	}
	return v1alpha1.GitOps{}
}

// applied makes a rule of the house's policy.
func applied(policy *load.Policy) check.Rule {
	return func(members []check.Member) []check.Finding {
		violations, wrong := policy.Check(planned(members))
		var found []check.Finding
		for _, d := range wrong {
			found = append(found, check.Finding{Diagnostic: d})
		}
		names := map[string]int{}
		for i, m := range members {
			names[m.Environment.Name] = i
		}
		for _, v := range violations {
			member, known := names[v.Environment]
			if !known {
				found = append(found, nobodys(v))
				continue
			}
			found = append(found, violated(v, member, members[member].At))
		}
		return found
	}
}

// planned are the members that have a plan, as rules see them.
func planned(members []check.Member) []load.Planned {
	var all []load.Planned
	for _, m := range members {
		if m.Plan != nil {
			all = append(all, load.Planned{Name: m.Environment.Name, Environment: m.Environment, Spec: &m.Plan.Spec})
		}
	}
	return all
}

func violated(v load.Violation, member int, at diag.Locator) check.Finding {
	return check.Finding{Members: []int{member}, Diagnostic: diag.Diagnostic{
		Severity: v.Severity, Code: check.PolicyPrefix + v.Rule, Pos: at(v.Path), Path: v.Path.String(),
		Message: v.Message, Hint: v.Hint, Notes: []diag.Note{{Pos: v.At, Message: "the rule"}},
	}}
}

func nobodys(v load.Violation) check.Finding {
	return check.Finding{Diagnostic: diag.Diagnostic{
		Severity: diag.Error, Code: "policy-environment", Pos: v.At,
		Message: fmt.Sprintf("the rule %q speaks of environment %q, which is not in the fleet", v.Rule, v.Environment),
		Hint:    "take the name from the plan: environment: p.name",
	}}
}
