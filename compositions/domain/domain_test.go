package domain_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/dominoc/dominoc/compositions/domain"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/lowering"
)

type domainCase = lowering.Case[v1alpha1.DomainSpec, v1alpha1.DomainStatus]

func ownZone() domainCase {
	return domainCase{
		Component: "Domain",
		Common:    lowering.Common("protect"),
		Spec:      v1alpha1.DomainSpec{FQDN: "domino.example.com", HostedZone: v1alpha1.HostedZoneSpec{ID: "Z0123456789ABC"}},
		Status:    v1alpha1.DomainStatus{ValidationName: "_a79865eb.domino.example.com.", ValidationValue: "_424c7224.acm-validations.aws."},
		Lower:     domain.Lower,
	}
}

func zoneElsewhere() domainCase {
	c := ownZone()
	c.Spec.HostedZone.ProviderConfig = c.Common.Name + "-hosted-zone"
	return c
}

func TestOwnZone(t *testing.T) { lowering.Check(t, ownZone(), "own-zone.yaml") }

func TestZoneElsewhere(t *testing.T) { lowering.Check(t, zoneElsewhere(), "zone-elsewhere.yaml") }

func TestOnlyTheRecordGoesToTheZonesAccount(t *testing.T) {
	for _, r := range zoneElsewhere().Concrete() {
		config, _, err := unstructured.NestedString(lowering.Content(t, r), "spec", "providerConfigRef", "name")
		require.NoError(t, err)
		if r.Key == "record" {
			require.Equal(t, zoneElsewhere().Spec.HostedZone.ProviderConfig, config)
		} else {
			require.Equal(t, zoneElsewhere().Common.Name, config, r.Key)
		}
	}
}

func TestTheRecordIsWhatTheCertificateExports(t *testing.T) {
	exports := map[string]string{}
	for _, export := range lowering.Find(t, ownZone().Concrete(), "certificate").Exports {
		exports[export.To] = export.From
	}
	require.Equal(t, map[string]string{
		"certificateARN":  "status.atProvider.arn",
		"validationName":  "status.atProvider.domainValidationOptions[0].resourceRecordName",
		"validationValue": "status.atProvider.domainValidationOptions[0].resourceRecordValue",
	}, exports)
}
