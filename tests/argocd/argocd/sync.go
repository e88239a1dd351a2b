package main

import (
	"slices"

	"github.com/argoproj/gitops-engine/pkg/sync"
	"github.com/argoproj/gitops-engine/pkg/sync/common"
	"github.com/argoproj/gitops-engine/pkg/utils/kube"
	"github.com/go-logr/logr"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
)

type syncQuestion struct {
	Config      map[string]string
	Application v1alpha1.Application
	Targets     []*unstructured.Unstructured
	Steps       []situation
}

// situation is what the cluster has when a step begins.
type situation struct {
	Kinds   kinds
	Objects []*unstructured.Unstructured
}

// step is what one did, with its last word on each object.
type step struct {
	Phase   common.OperationPhase
	Message string
	Applied []string
	Deleted []string
	Results []result
}

type result struct {
	Name, Message string
	Status        common.ResultCode
}

// walk takes one operation of an Application's automated sync through its steps.
func walk(q syncQuestion) ([]step, error) {
	checks, err := overrides(q.Config)
	if err != nil {
		return nil, err
	}
	options := append(syncOptions(q.Application.Spec), sync.WithHealthOverride(checks))
	var steps []step
	var phase common.OperationPhase
	var message string
	var results []common.ResourceSyncResult
	for _, found := range q.Steps {
		c := &cluster{kinds: found.Kinds}
		config, stop := c.kinds.discovery()
		operation, done, err := sync.NewSyncContext("", reconciled(q, found), config, config, c, q.Application.Spec.Destination.Namespace, nil,
			append(options, sync.WithInitialState(phase, message, results, metav1.Now()))...)
		if err != nil {
			return nil, err
		}
		operation.Sync()
		done()
		stop()
		phase, message, results = operation.GetState()
		steps = append(steps, c.step(phase, message, results))
	}
	return steps, nil
}

// syncOptions are those that the application controller makes of a spec.
func syncOptions(spec v1alpha1.ApplicationSpec) []sync.SyncOpt {
	said := spec.SyncPolicy.SyncOptions
	return []sync.SyncOpt{
		sync.WithLogr(logr.Discard()),
		sync.WithOperationSettings(false, spec.SyncPolicy.Automated.Prune, false, false),
		sync.WithManifestValidation(!said.HasOption(common.SyncOptionsDisableValidation)),
		sync.WithPruneLast(said.HasOption(common.SyncOptionPruneLast)),
		sync.WithReplace(said.HasOption(common.SyncOptionReplace)),
		sync.WithServerSideApply(said.HasOption(common.SyncOptionServerSideApply)),
		sync.WithSkipDryRunOnMissingResource(said.HasOption(common.SyncOptionSkipDryRunOnMissingResource)),
	}
}

// reconciled pairs what is wanted with what is there. The engine takes objects of
// one uid for one object.
func reconciled(q syncQuestion, found situation) sync.ReconciliationResult {
	there := map[kube.ResourceKey]*unstructured.Unstructured{}
	for _, object := range found.Objects {
		key := kube.GetResourceKey(object)
		object.SetUID(types.UID(key.String()))
		there[key] = object
	}
	return sync.Reconcile(slices.Clone(q.Targets), there, q.Application.Spec.Destination.Namespace, found.Kinds)
}
