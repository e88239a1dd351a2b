package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/fieldpath"
	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/words"
)

// NamesTaken returns the dangers of names that an environment is going to use. The owners are
// in the order of the names. What has the tag of the environment is its own: a management
// cluster that was rebuilt from Git does not know it yet.
func NamesTaken(environment string, names []Name, owners []Owner) []Danger {
	var t takenNames
	for i, n := range names {
		switch o := owners[i]; {
		case o.Unknown != "":
			t.unanswered(n, o.Unknown)
		case o.Exists && o.Environment != environment && (o.Environment != "" || !n.adopted):
			t.add(n.Kind, n.Name, o.Environment)
		}
	}
	return t.dangers()
}

// namesTaken reports what the provider found in AWS by the names of the environment, and what
// another owner has.
func (c comparison) namesTaken() {
	if !c.base.Live {
		return
	}
	var t takenNames
	for _, r := range c.base.Resources {
		ours := providedText(r.Object, "tags", plan.TagEnvironment)
		has, seen := tagsInAWS(r.Object)
		if owner := fieldpath.Text(has[plan.TagEnvironment]); seen && ours != "" && owner != ours {
			t.found(r, owner, has, c.base)
		}
	}
	for _, d := range t.dangers() {
		c.report(d)
	}
}

// tagsInAWS returns the tags that the provider saw of a resource, and whether it saw the
// resource.
func tagsInAWS(object map[string]any) (tags map[string]any, seen bool) {
	inAWS, _ := fieldpath.At(object, "status", "atProvider").(map[string]any)
	for _, field := range []string{"tags", "tagsAll"} {
		if tags, _ = inAWS[field].(map[string]any); len(tags) > 0 {
			break
		}
	}
	return tags, len(inAWS) > 0
}

// takenNames are resources in AWS that an environment shares its names with, each by kind and
// name.
type takenNames struct {
	others  map[string][]string // by the environment whose tag they have; "" for none
	tagged  []string            // those that the environment takes over and whose tags its file lacks
	lacking []string            // these tags

	unknown int    // names without an answer
	account string // of the first of them
	why     string
}

func (t *takenNames) add(kind, name, environment string) {
	if t.others == nil {
		t.others = map[string][]string{}
	}
	t.others[environment] = append(t.others[environment], shortKind(kind)+" "+name)
}

func (t *takenNames) unanswered(n Name, why string) {
	if t.unknown++; t.unknown == 1 {
		t.account, t.why = n.Account, why
	}
}

// found adds a resource that AWS has without the tag of the environment. Where no tag at all
// was seen, AWS's refusal is the proof: the provider may not have read them yet.
func (t *takenNames) found(r Resource, owner string, has map[string]any, of *Environment) {
	kind := kindOf(r.Object)
	switch {
	case owner != "":
		t.add(kind, awsName(r.Object), owner)
	case byName(kind) && !adoptsByName(of.Spec, kind) && (r.Denied || len(has) > 0):
		t.add(kind, awsName(r.Object), "")
	case r.Denied && of.Spec != nil && of.Spec.Cluster.Adopted != nil:
		t.overlooked(r.Object, has)
	}
}

// overlooked adds the tags that AWS has and the object lacks, but for AWS's own, which no
// client can remove.
func (t *takenNames) overlooked(object, has map[string]any) {
	before := len(t.lacking)
	for key := range ordered.All(has) {
		if provided(object, "tags", key) == nil && !strings.HasPrefix(key, "aws:") {
			t.lacking = append(t.lacking, key)
		}
	}
	if len(t.lacking) > before {
		t.tagged = append(t.tagged, shortKind(kindOf(object))+" "+awsName(object))
	}
}

func (t *takenNames) dangers() []Danger {
	var all []Danger
	for environment, of := range ordered.All(t.others) {
		d := Danger{Code: nameTaken, Subject: environment, Of: of,
			Message: fmt.Sprintf("AWS has it already, with the tag of environment %q: it is another owner's, and Crossplane would change it as far as its role may", environment),
			Instead: byHand("choose another name")}
		if environment == "" {
			d.Subject = "untagged"
			d.Message = "AWS has it already, without the tag of this environment: it is another owner's, and Crossplane would change it as far as its role may"
			d.Instead = byHand("take the installation over with dominoc import, or choose another name")
		}
		all = append(all, d)
	}
	if len(t.tagged) > 0 {
		slices.Sort(t.lacking)
		all = append(all, Danger{Code: nameTaken, Subject: "tags", Of: t.tagged,
			Message: "AWS has it with tags that the environment's file lacks, and refuses to remove them: " + strings.Join(slices.Compact(t.lacking), ", "),
			Instead: byHand("state them in tags, or remove them in AWS")})
	}
	if t.unknown > 0 {
		all = append(all, Danger{Code: nameTaken, Subject: "unknown",
			Message: fmt.Sprintf("whether AWS already has what is created by name (%s) is not known: %s", words.Count(t.unknown, "name"), t.why),
			Instead: byHand(fmt.Sprintf("run this again with credentials for the AWS CLI that may read account %s", t.account))})
	}
	return all
}
