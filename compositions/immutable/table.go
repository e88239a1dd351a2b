package immutable

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/dominoc/dominoc/schema/csvtable"
)

//go:embed data/provider.csv
var providerTable string

//go:embed data/rules.csv
var ruleTable string

// rule is a line of the second table.
type rule struct {
	field    steps
	init     bool // below initProvider
	when     string
	argument string
	said     Refusal // texts with placeholders
}

func (r rule) holds(c Change) bool { return conditions[r.when](c, r.argument) }

func (r rule) refusal(c Change) Refusal {
	said := r.said
	said.Why, said.Unless, said.Instead = c.fill(said.Why), c.fill(said.Unless), c.fill(said.Instead)
	return said
}

// Remedy is the kind of advice.
type Remedy string

// The remedies: the first five have a text of their own, for what the provider
// refuses.
const (
	Anew           Remedy = "anew"        // a command takes the resource out, and Crossplane makes it again
	ReplacePool    Remedy = "pool"        // another pool takes over
	NewEnvironment Remedy = "environment" // the value stays
	OtherData      Remedy = "data"        // the value stays
	NewCertificate Remedy = "certificate" // a command
	KeepValue      Remedy = "keep"
	StepByStep     Remedy = "steps"   // one minor version after the other
	NodesFirst     Remedy = "nodes"   // the pools take the version before the control plane does
	UpgradeFirst   Remedy = "upgrade" // to a version in standard support
	EntriesFirst   Remedy = "entries" // access entries next to aws-auth, before they replace it
	Command        Remedy = "command"
)

// remedies are the advice about what the provider refuses. The namespace holds the
// environment, so no command reaches another one.
var remedies = map[Remedy]string{
	Anew: "delete it when its loss can be tolerated, and Crossplane creates it again from the files: " +
		"kubectl -n {metadata.namespace} delete {kind} {metadata.name}",
	ReplacePool: "add a pool with the new values that replaces this one (replaces: in the environment's file), " +
		"let the workloads move, then remove this one (R5)",
	NewEnvironment: "keep the old value; another one needs a new environment",
	OtherData: "keep the old value: data does not move by itself; " +
		"for another value, create a second resource, copy the data, and refer to it in the environment's file",
	NewCertificate: "remove the certificate from the load balancer, then let Crossplane request the new one: " +
		"kubectl -n {metadata.namespace} delete {kind} {metadata.name}",
}

// kinds returns both tables by kind. They are part of the binary: unreadable ones are a
// bug.
var kinds = sync.OnceValue(func() map[string]Kind {
	out := map[string]Kind{}
	for _, line := range csvtable.Rows(providerTable) {
		k := Kind{remedy: Remedy(line[2])}
		for field := range strings.FieldsSeq(line[1]) {
			k.fields = append(k.fields, parse(field))
		}
		out[line[0]] = k
	}
	for _, line := range csvtable.Rows(ruleTable) {
		k := out[line[0]]
		k.rules = append(k.rules, newRule(line))
		out[line[0]] = k
	}
	for kind, fields := range asFound {
		k := out[kind]
		for _, field := range fields {
			k.found = append(k.found, parse(field))
		}
		out[kind] = k
	}
	return out
})

// asFound are fields below initProvider whose value no existing resource gets: the provider
// ignores differences in them, so the resource keeps its values.
var asFound = map[string][]string{
	"ec2.aws.m.upbound.io/LaunchTemplate": {"userData"},
	"efs.aws.m.upbound.io/FileSystem":     {"lifecyclePolicy", "throughputMode", "provisionedThroughputInMibps"},
}

func newRule(line []string) rule {
	field, init := strings.CutPrefix(line[1], "initProvider.")
	when, argument, _ := strings.Cut(line[2], " ")
	return rule{
		field: parse(field), init: init, when: when, argument: argument,
		said: Refusal{Field: field, Why: line[3], Unless: line[4], Instead: line[5], Remedy: Remedy(line[6]), Source: line[7]},
	}
}
