package crds_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"github.com/dominoc/dominoc/tests/crds"
)

func object(t *testing.T, text string) map[string]any {
	t.Helper()
	content := map[string]any{}
	require.NoError(t, yaml.UnmarshalStrict([]byte(text), &content))
	return content
}

func TestValidate(t *testing.T) {
	validator := crds.New()
	for name, c := range map[string]struct {
		object string
		wants  []string // a part of each error, in order; none: it is accepted
	}{
		"AManagedResourceIsAccepted": {
			object: `
apiVersion: ec2.aws.m.upbound.io/v1beta1
kind: VPC
metadata: {name: prod, namespace: domino-prod}
spec:
  forProvider: {region: us-west-2, cidrBlock: 10.0.0.0/16, tags: {Name: prod}}
  providerConfigRef: {kind: ProviderConfig, name: prod}`,
		},
		"AnUnknownFieldIsRefusedAtAnyDepth": {
			object: `
apiVersion: ec2.aws.m.upbound.io/v1beta1
kind: VPC
metadata: {name: prod, namespace: domino-prod}
spec: {forProvider: {region: us-west-2, cidr: 10.0.0.0/16}, deletionPolicy: Orphan}`,
			wants: []string{"spec.deletionPolicy", "spec.forProvider.cidr"},
		},
		"RegionIsUnknownToIAM": {
			object: `
apiVersion: iam.aws.m.upbound.io/v1beta1
kind: Role
metadata: {name: prod, namespace: domino-prod}
spec: {forProvider: {region: us-west-2, assumeRolePolicy: "{}"}}`,
			wants: []string{"spec.forProvider.region"},
		},
		"ARequiredFieldIsMissed": {
			object: `
apiVersion: ec2.aws.m.upbound.io/v1beta1
kind: VPC
metadata: {name: prod, namespace: domino-prod}
spec: {forProvider: {cidrBlock: 10.0.0.0/16}}`,
			wants: []string{"spec.forProvider.region: Required value"},
		},
		"ACELRuleIsRun": {
			object: `
apiVersion: iam.aws.m.upbound.io/v1beta1
kind: Role
metadata: {name: prod, namespace: domino-prod}
spec: {forProvider: {description: without a trust policy}}`,
			wants: []string{"spec.forProvider.assumeRolePolicy is a required parameter"},
		},
		"AWrongTypeIsRefused": {
			object: `
apiVersion: eks.aws.m.upbound.io/v1beta1
kind: NodeGroup
metadata: {name: prod, namespace: domino-prod}
spec: {forProvider: {region: us-west-2, instanceTypes: m6i.2xlarge}}`,
			wants: []string{"spec.forProvider.instanceTypes"},
		},
		"ANamespacedKindNeedsANamespace": {
			object: `
apiVersion: aws.m.upbound.io/v1beta1
kind: ProviderConfig
metadata: {name: prod}
spec: {credentials: {source: PodIdentity}}`,
			wants: []string{"metadata.namespace: Required value"},
		},
		"AKindThatTheModuleLacksIsRefused": {
			object: `
apiVersion: autoscaling.aws.m.upbound.io/v1beta1
kind: Tag
metadata: {name: prod, namespace: domino-prod}`,
			wants: []string{"has no kind Tag"},
		},
		"AVersionThatTheKindLacksIsRefused": {
			object: `
apiVersion: ec2.aws.m.upbound.io/v1beta2
kind: VPC
metadata: {name: prod, namespace: domino-prod}`,
			wants: []string{`no version "v1beta2"`},
		},
		"ANamespaceIsAccepted": {
			object: `{apiVersion: v1, kind: Namespace, metadata: {name: domino-prod}}`,
		},
		"AnUnknownFieldOfACoreKindIsRefused": {
			object: `{apiVersion: v1, kind: Namespace, metadata: {name: domino-prod}, spec: {protect: true}}`,
			wants:  []string{`unknown field "spec.protect"`},
		},
		"ANameIsHeldAgainstItsRules": {
			object: `{apiVersion: v1, kind: Namespace, metadata: {name: Domino_Prod}}`,
			wants:  []string{"metadata.name"},
		},
		"AUsageNeedsAReasonOrAUser": {
			object: `
apiVersion: protection.crossplane.io/v1beta1
kind: Usage
metadata: {name: prod, namespace: domino-prod}
spec: {of: {apiVersion: dominoc.dev/v1alpha1, kind: DominoEnvironment, resourceRef: {name: prod}}}`,
			wants: []string{`either "spec.by" or "spec.reason" must be specified`},
		},
		"AnActivationPolicyIsAccepted": {
			object: `
apiVersion: apiextensions.crossplane.io/v1alpha1
kind: ManagedResourceActivationPolicy
metadata: {name: dominoc}
spec: {activate: [clusters.eks.aws.m.upbound.io]}`,
		},
		"AStorageClassIsAccepted": {
			object: `{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: gp3}, provisioner: ebs.csi.aws.com}`,
		},
		"AFieldThatFluxLacksIsRefused": {
			object: `
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: calico, namespace: flux-system}
spec: {url: "https://example.com", every: 1h}`,
			wants: []string{"spec.every"},
		},
		"AFieldThatArgoCDLacksIsRefused": {
			object: `
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: calico, namespace: argocd}
spec: {project: default, destination: {}, source: {repoURL: "https://example.com", version: v1}}`,
			wants: []string{"spec.source.version"},
		},
		"APackageNeedsItsRegistry": {
			object: `
apiVersion: pkg.crossplane.io/v1
kind: Function
metadata: {name: function-patch-and-transform}
spec: {package: crossplane-contrib/function-patch-and-transform}`,
			wants: []string{"spec"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			requireErrors(t, validator.Validate(object(t, c.object)), c.wants)
		})
	}
}

func TestComposed(t *testing.T) {
	validator := crds.New()
	for name, c := range map[string]struct {
		object string
		wants  []string
	}{
		"ItIsPutIntoTheNamespaceOfItsComposite": {
			object: `
apiVersion: ec2.aws.m.upbound.io/v1beta1
kind: InternetGateway
metadata: {name: prod}
spec: {forProvider: {region: us-west-2, vpcIdRef: {name: prod}}}`,
		},
		"AKindOfClusterScopeIsRefused": {
			object: `{apiVersion: v1, kind: Namespace, metadata: {name: domino-prod}}`,
			wants:  []string{"Namespace has cluster scope"},
		},
		"AClusterProviderConfigIsRefused": {
			object: `{apiVersion: aws.m.upbound.io/v1beta1, kind: ClusterProviderConfig, metadata: {name: prod}}`,
			wants:  []string{"ClusterProviderConfig has cluster scope"},
		},
		"AnotherNamespaceIsRefused": {
			object: `{apiVersion: v1, kind: Secret, metadata: {name: prod, namespace: default}}`,
			wants:  []string{`metadata.namespace: Invalid value: "default"`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			requireErrors(t, validator.Composed(object(t, c.object), "domino-prod"), c.wants)
		})
	}
}

const composition = `
apiVersion: apiextensions.crossplane.io/v1
kind: Composition
metadata: {name: dominonetwork-1}
spec:
  compositeTypeRef: {apiVersion: dominoc.dev/v1alpha1, kind: DominoNetwork}
  mode: Pipeline
  pipeline:
  - step: compose
    functionRef: {name: function-patch-and-transform}
    input:
      apiVersion: pt.fn.crossplane.io/v1beta1
      kind: Resources
      resources:
      - name: vpc
        base:
          apiVersion: ec2.aws.m.upbound.io/v1beta1
          kind: VPC
          spec: {forProvider: {cidrBlock: 10.0.0.0/16}}
        patches:
        - {fromFieldPath: spec.region, toFieldPath: spec.forProvider.region}
`

func TestValidateLooksIntoACompositionsPipeline(t *testing.T) {
	validator := crds.New()
	require.Empty(t, validator.Validate(object(t, composition)))

	const resource = "spec.pipeline[0].input.resources[0]."
	for name, c := range map[string]struct{ from, to, want string }{
		"AnUnknownFieldOfTheInput":      {"fromFieldPath: spec.region", "fromPath: spec.region", resource + "patches[0].fromPath"},
		"AnUnknownFieldOfABase":         {"cidrBlock", "cidr", resource + "base.spec.forProvider.cidr"},
		"AnUnknownTypeOfPatch":          {"{fromFieldPath", "{type: FromEverywhere, fromFieldPath", resource + "patches[0].type"},
		"AComposedKindOfClusterScope":   {"kind: VPC", "kind: VPCPeering", resource + "base.kind"},
		"AnUnknownFieldOfTheStep":       {"- step: compose", "- step: compose\n    functions: []", "spec.pipeline[0].functions"},
		"AFunctionWhoseInputIsNotKnown": {"kind: Resources", "kind: Everything", "spec.pipeline[0].input.kind"},
	} {
		t.Run(name, func(t *testing.T) {
			broken := object(t, replace(t, composition, c.from, c.to))
			requireErrors(t, validator.Validate(broken), []string{c.want})
		})
	}
}

const definition = `
apiVersion: apiextensions.crossplane.io/v2
kind: CompositeResourceDefinition
metadata: {name: dominonetworks.dominoc.dev}
spec:
  group: dominoc.dev
  scope: Namespaced
  names: {kind: DominoNetwork, plural: dominonetworks}
  versions:
  - name: v1alpha1
    served: true
    referenceable: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [zones]
            properties:
              zones: {type: array, maxItems: 3, items: {type: string, maxLength: 20}}
            x-kubernetes-validations:
            - {rule: "self.zones.size() in [1, 3]", message: "zones: 1 or 3"}
`

func TestDefineMakesCompositesKnown(t *testing.T) {
	const composite = `
apiVersion: dominoc.dev/v1alpha1
kind: DominoNetwork
metadata: {name: prod, namespace: domino-prod}
spec: {crossplane: {compositionRef: {name: dominonetwork-1}}, zones: [a, b, c]}`
	kind := schema.GroupVersionKind{Group: "dominoc.dev", Version: "v1alpha1", Kind: "DominoNetwork"}
	validator := crds.New()
	_, err := validator.Scope(kind)
	require.ErrorContains(t, err, "no definition of")

	require.NoError(t, validator.Define(object(t, definition)))
	scope, err := validator.Scope(kind)
	require.NoError(t, err)
	require.EqualValues(t, "Namespaced", scope)

	for name, c := range map[string]struct{ from, to, want string }{
		"CrossplanesOwnFieldsAreThere": {"", "", ""},
		"AnUnknownField":               {"zones", "zone: a, zones", "spec.zone"},
		"ARequiredField":               {", zones: [a, b, c]", "", "spec.zones: Required value"},
		"ACELRule":                     {"a, b, c", "a, b", "zones: 1 or 3"},
		"TooManyItems":                 {"a, b, c", "a, b, c, d", "spec.zones: Too many"},
		"ANameThatNoLabelCanHold":      {"name: prod,", "name: " + long + ",", "metadata.name"},
	} {
		t.Run(name, func(t *testing.T) {
			requireErrors(t, validator.Validate(object(t, replace(t, composite, c.from, c.to))), parts(c.want))
		})
	}
}

func TestDefineRefuses(t *testing.T) {
	validator := crds.New()
	for name, c := range map[string]struct{ from, to, want string }{
		"ANameThatIsNotPluralAndGroup": {"dominonetworks.dominoc.dev", "networks.dominoc.dev", "metadata"},
		"ClaimsOfANamespacedKind":      {"scope: Namespaced", "scope: Namespaced\n  claimNames: {kind: X, plural: xs}", "Claims aren't supported"},
		"ASchemaThatIsNotStructural":   {"type: string, maxLength", "maxLength", "Required value"},
		"ACELRuleThatDoesNotCompile":   {"self.zones", "self.zone", "undefined field 'zone'"},
		"ACELRuleThatIsTooExpensive": {
			"maxItems: 3, items: {type: string, maxLength: 20}}\n            x-kubernetes-validations:\n            - {rule: \"self.zones.size() in [1, 3]\"",
			"items: {type: string}}\n            x-kubernetes-validations:\n            - {rule: \"self.zones.all(a, self.zones.all(b, a.contains(b)))\"",
			"estimated rule cost",
		},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorContains(t, validator.Define(object(t, replace(t, definition, c.from, c.to))), c.want)
		})
	}
}
