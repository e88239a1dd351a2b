package replace

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/rewrite"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// EKS is the AMI of a successor that has one of EKS's images again.
const EKS = "eks"

// With is what a successor has otherwise than the pool before it; a zero field stays.
type With struct {
	InstanceTypes []string
	CapacityType  string
	Architecture  string
	AMI           string // EKS for one of EKS's images
	GPU, Neuron   *bool
}

func (w With) any() bool { return !reflect.ValueOf(w).IsZero() }

// String lists the fields as a reader knows them.
func (w With) String() string {
	var parts []string
	add := func(name, value string) {
		if value != "" {
			parts = append(parts, name+" "+value)
		}
	}
	add("instance types", strings.Join(w.InstanceTypes, ", "))
	add("capacity type", w.CapacityType)
	add("architecture", w.Architecture)
	if w.AMI == EKS {
		add("image", "of EKS")
	} else {
		add("image", w.AMI)
	}
	for name, value := range map[string]*bool{"gpu": w.GPU, "neuron": w.Neuron} {
		if value != nil {
			add(name, fmt.Sprint(*value))
		}
	}
	if len(parts) == 0 {
		return "with the same values"
	}
	slices.Sort(parts)
	return "with " + strings.Join(parts, ", ")
}

// pool is a pool as plain data, defaults filled in.
type pool map[string]any

func plain(p v1alpha1.Pool) pool {
	var out pool
	data, err := json.Marshal(p)
	if err == nil {
		err = json.Unmarshal(data, &out)
	}
	if err != nil {
		panic("a pool is plain data: " + err.Error())
	}
	return out
}

// successor returns what the pool after another has. A release of EKS's images and a version
// go with an image of the user, which determines both; settings that need such an image go
// with it. Its types are where AWS can change them, if it can.
func (w With) successor(of string, old v1alpha1.Pool) (pool, error) {
	next := plain(old)
	next["replaces"] = of
	delete(next, "draining")
	for name, value := range map[string]string{"capacityType": w.CapacityType, "architecture": w.Architecture} {
		if value != "" {
			next[name] = value
		}
	}
	for name, value := range map[string]*bool{"gpu": w.GPU, "neuron": w.Neuron} {
		if value != nil {
			next[name] = *value
		}
	}
	if len(w.InstanceTypes) > 0 {
		types := []any{}
		for _, one := range w.InstanceTypes {
			types = append(types, one)
		}
		next["instanceTypes"] = types
	}
	next["instanceTypeIn"] = place(next)
	switch {
	case w.AMI == EKS && old.AMI == "":
		return nil, errors.New("pool " + of + " has one of EKS's images already")
	case w.AMI == EKS:
		delete(next, "ami")
		if kubelet, _ := next["kubelet"].(map[string]any); kubelet != nil {
			delete(kubelet, "maxPods")
		}
	case w.AMI != "":
		next["ami"] = w.AMI
		delete(next, "version")
		delete(next, "amiReleaseVersion")
	}
	return next, nil
}

// place is where AWS has the types of a successor: a single one where EKS rolls the nodes
// when it changes. Where it is can be chosen for new pools only.
func place(p pool) string {
	if types, _ := p["instanceTypes"].([]any); len(types) == 1 {
		return "launchTemplate"
	}
	return "nodeGroup"
}

// stated are the fields without which the schema refuses a successor whose text repeats no
// other.
func (p pool) stated(name string) []rewrite.Change {
	var changes []rewrite.Change
	for _, field := range []string{"replaces", "instanceTypes", "nodePool"} {
		if field != "nodePool" || p[field] != p["replaces"] {
			changes = append(changes, rewrite.Change{Path: diag.Path{"pools", name, field}, Value: p[field]})
		}
	}
	return changes
}
