package takeover

import (
	"encoding/json"
	"reflect"

	"github.com/dominoc/dominoc/cmd/dominoc/terraform"
)

// managedAddons are the add-ons that the nodes or DNS need; Domino's installer owns those of
// the CSI drivers.
var managedAddons = [...]string{"coredns", "eks-pod-identity-agent", "kube-proxy", vpcCNI}

const vpcCNI = "vpc-cni"

// addon returns an add-on of the installation.
func (f *facts) addon(name string) (terraform.Resource, bool) {
	for _, a := range f.state.Of(true, "aws_eks_addon") {
		if a.Text("addon_name") == name {
			return a, true
		}
	}
	return terraform.Resource{}, false
}

// settings returns the configuration of an add-on; none if it has none.
func (f *facts) settings(name string) map[string]any {
	addon, _ := f.addon(name)
	return object(addon.Text("configuration_values"))
}

// object returns a JSON object; nothing for a text that is none, which the proof then finds.
func object(text string) map[string]any {
	var fields map[string]any
	_ = json.Unmarshal([]byte(text), &fields)
	return fields
}

// prefixes reports whether the VPC CNI gives nodes prefixes.
func (f *facts) prefixes() bool {
	env, _ := f.settings(vpcCNI)["env"].(map[string]any)
	return env["ENABLE_PREFIX_DELEGATION"] == "true"
}

// addons returns the fields of the add-ons that differ from an environment's: those that
// the installation lacks, and settings that no other field decides.
func (f *facts) addons() block {
	var b block
	for _, name := range managedAddons {
		if _, there := f.addon(name); !there {
			b.add(name, block{{key: "enabled", value: false}})
		} else if settings := f.beyond[name]; len(settings) > 0 {
			b.add(name, block{{key: "configuration", value: plainBlock(settings)}})
		}
	}
	return b
}

// noteSettings notes the settings of add-ons that the environment does not have by itself,
// and reports whether there are new ones.
func (e *evidence) noteSettings(f *facts) (noted bool) {
	ours := map[string]string{}
	for name, addon := range e.plan.Spec.Cluster.Addons {
		ours[name] = addon.Configuration
	}
	for name, addon := range e.plan.Spec.Addons.Addons {
		ours[name] = addon.Configuration
	}
	if pods := e.plan.Spec.Cluster.PodNetworking; pods != nil {
		ours[vpcCNI] = "{" + pods.Settings + "}"
	}
	for _, name := range managedAddons {
		theirs := f.settings(name)
		delete(theirs, "eniConfig") // follows from the subnets of the pods
		further := beyond(theirs, object(ours[name]), name == vpcCNI)
		if len(further) > 0 && f.beyond[name] == nil {
			f.beyond[name], noted = further, true
		}
	}
	return noted
}

// beyond returns the fields of an object that another one lacks or has otherwise. The
// settings of the VPC CNI are merged with an environment's own field by field (deep), those
// of other add-ons at their top.
func beyond(theirs, ours map[string]any, deep bool) map[string]any {
	further := map[string]any{}
	for key, value := range theirs {
		inner, nested := value.(map[string]any)
		own, both := ours[key].(map[string]any)
		switch {
		case reflect.DeepEqual(value, ours[key]):
		case deep && nested && both:
			if rest := beyond(inner, own, deep); len(rest) > 0 {
				further[key] = rest
			}
		default:
			further[key] = value
		}
	}
	return further
}
