package diff

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/fieldpath"
	"github.com/dominoc/dominoc/compositions/immutable"
	"github.com/dominoc/dominoc/compositions/plan"
)

// stuckFields reports fields that AWS cannot change in place, one danger for each field
// in a component.
func (c comparison) stuckFields() {
	for _, change := range c.changes {
		for _, f := range change.Fields {
			if change.Action != Replace && f.Refused != nil && !c.reportedAsOther(change, f) {
				c.refused(change, f)
			}
		}
	}
}

// reportedAsOther reports whether another danger reports a refused field: a size, a version, or a
// name that the field repeats.
func (c comparison) reportedAsOther(change Change, f Field) bool {
	names := f.Path.names()
	return len(names) > 2 && names[2] == "scalingConfig" ||
		f.Refused.Field == "version" && (change.Kind == kindCluster || change.Kind == kindNodeGroup) ||
		slices.ContainsFunc(c.changes, func(other Change) bool { return other.Action == Replace && f.Old == awsName(other.old) })
}

// refused reports a field that AWS refuses to change.
func (c comparison) refused(change Change, f Field) {
	d := about(stuck, change, refusal(f), Advice{})
	d.Subject = cmp.Or(poolOf(change.Component), change.Component) + "/" + f.Refused.Field
	instead, command := c.remedy(d, change, f)
	instead.Sentence += c.unlessNeverMade(change.old, change.new)
	d.Instead = instead
	reported := c.reportFor(change, d)
	if command != "" && !slices.Contains(reported.Run, command) {
		reported.Run = append(reported.Run, command)
	}
}

// unlessNeverMade returns a remark for a resource that AWS may have refused to create,
// which the files alone cannot tell: they have no id that AWS chose. It is empty if they
// have one, and if the management cluster was read.
func (c comparison) unlessNeverMade(before, after map[string]any) string {
	cluster := kindOf(before) == kindCluster && c.base.Spec != nil && len(c.base.Spec.IDs["cluster"]) > 0
	if c.base.Live || placeOf(kindOf(before)) != inAWS || hasID(before, after) || cluster {
		return ""
	}
	return "; if AWS never created it, it is not stuck: only dominoc diff --live can tell"
}

// described returns a resource by kind and key.
func (c Change) described() string { return shortKind(c.Kind) + " " + c.Key }

// remedy returns the advice about a refused field, and its command.
func (c comparison) remedy(d Danger, change Change, f Field) (do Advice, command string) {
	if c.ofFacts(change, f) {
		return asImported(), ""
	}
	sentence := f.Refused.Instead
	for _, program := range []string{"kubectl ", "aws "} {
		if before, after, found := strings.Cut(sentence, ": "+program); found {
			return byHand(before), program + after
		}
	}
	switch f.Refused.Remedy {
	case immutable.ReplacePool:
		return c.replacePool(Take, sentence, poolOf(change.Component)), ""
	case immutable.StepByStep:
		return minorByMinor(sentence, f.Old, f.New), ""
	case immutable.NodesFirst:
		return c.nodesFirst(sentence, f.New), ""
	case immutable.EntriesFirst:
		return inSteps(sentence, merging(set(both, "cluster", "authentication")).announcing(authenticationChanged), merging(take()).announcing(outage+"/aws-auth")), ""
	case immutable.UpgradeFirst:
		upgrade := set("{version in standard support}", "cluster", "version")
		return inSteps(sentence, merging(upgrade), merging(take(), upgrade).announcing(d.ID())), ""
	}
	return leftOut(sentence), ""
}

// renamedKeys reports unchanged AWS resources whose key changed.
func (c comparison) renamedKeys() {
	for _, gone := range c.changes {
		if gone.Action != Destroy || placeOf(gone.Kind) != inAWS {
			continue
		}
		for _, come := range c.changes {
			if come.Action == Create && come.Kind == gone.Kind && come.Component == gone.Component && sameThing(gone, come) {
				c.report(about(keyRenamed, gone, fmt.Sprintf("%s %s becomes %s: Crossplane deletes it before it creates it again", shortKind(gone.Kind), gone.Key, come.Key),
					leftOut("keep the name from which the key is derived")))
				break
			}
		}
	}
}

// sameThing reports whether a removed and an added resource are one to AWS: they have
// the same name, or the same fields without tags.
func sameThing(gone, come Change) bool {
	if name := awsName(gone.old); name != "" {
		return name == awsName(come.new)
	}
	before, after := untagged(gone.old), untagged(come.new)
	return before == after && !strings.Contains(before, plan.Unknown)
}

// untagged returns an object's spec.forProvider without tags, as text.
func untagged(object map[string]any) string {
	fields, _ := fieldpath.At(object, "spec", "forProvider").(map[string]any)
	fields = maps.Clone(fields)
	delete(fields, "tags")
	return canonical(fields)
}
