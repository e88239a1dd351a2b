package health

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/compositions/plan"
)

// denials are how AWS's services say that a role may not make a call.
var denials = []string{"AccessDenied", "UnauthorizedOperation"}

// denied reports whether a condition says that AWS denied a call to the provider's role.
func (c Condition) denied() bool {
	return c.False() && slices.ContainsFunc(denials, func(said string) bool { return strings.Contains(c.Message, said) })
}

// Denied reports whether AWS denied the provider's role the last change of the object.
func (o *Object) Denied() bool {
	return o.Condition("Synced").denied() || o.Condition("LastAsyncOperation").denied()
}

// foreign judges a resource that AWS had before the environment, and that the provider's
// role may not change for lack of the environment's tag: the file names what another owner
// has. False for any other failure.
func (j *judgement) foreign(o *Object, c Condition) (verdict, bool) {
	wanted, _ := o.field("spec.forProvider.tags").(map[string]any)
	seen, _ := o.field("status.atProvider").(map[string]any)
	has, _ := seen["tags"].(map[string]any)
	ours, owner := text(wanted[plan.TagEnvironment]), text(has[plan.TagEnvironment])
	if !c.denied() || ours == "" || len(seen) == 0 || owner == ours {
		return verdict{}, false
	}
	v := verdict{state: Wrong, raw: c.Message, since: c.Since}
	name := o.ExternalName()
	switch tags := lacking(has, wanted); {
	case owner != "":
		v.says = fmt.Sprintf("AWS has %s already, with the tag of environment %q: it is another owner's", name, owner)
		v.hint = "choose another name"
	case j.adopts() && len(tags) > 0:
		v.says = fmt.Sprintf("AWS has %s with tags that the environment's file lacks: %s", name, strings.Join(tags, ", "))
		v.hint = "state them in tags, or remove them in AWS"
	case j.adopts():
		v.says = fmt.Sprintf("AWS has %s without the tag of this environment, and the role may not tag it", name)
		v.hint = "attach the policies of dominoc policy, or of dominoc policy --rehearsal"
	default:
		v.says = fmt.Sprintf("AWS has %s already, without the tag of this environment: it is another owner's", name)
		v.hint = "import it (dominoc import), or choose another name"
	}
	return v, true
}

// lacking returns the tags that AWS has and the object lacks, but for AWS's own, which
// no client can remove.
func lacking(has, wanted map[string]any) []string {
	var keys []string
	for key := range ordered.All(has) {
		if _, stated := wanted[key]; !stated && !strings.HasPrefix(key, "aws:") {
			keys = append(keys, key)
		}
	}
	return keys
}

// adopts reports whether the environment takes an installation over.
func (j *judgement) adopts() bool { return j.environment.Root.field("spec.cluster.adopted") != nil }
