using System.Security.Cryptography.X509Certificates;

using Recs.Cluster.Tests.Rig;
using Recs.Silo.Hosting;
using Recs.Silo.Options;

using Xunit;

namespace Recs.Cluster.Tests.Silos;

/// <summary>Which certificates a silo shows and lets in, and that files which are exchanged count without a restart.</summary>
public sealed class ClusterCertificatesTests : IDisposable
{
    const string Password = "not-a-secret";

    readonly TemporaryFolder _folder = new();
    readonly Authority _ours;
    readonly Authority _others;

    public ClusterCertificatesTests() => (_ours, _others) = (new Authority(_folder.Path, "ours"), new Authority(_folder.Path, "others"));

    [Fact]
    public void Only_what_our_authority_signed_for_both_uses_and_has_not_ended_is_let_in()
    {
        var certificates = new ClusterCertificates(Options(_ours.Sign("silo")));
        Assert.True(Accepts(certificates, _ours.Sign("another")));
        Assert.False(Accepts(certificates, _others.Sign("foreign")));
        Assert.False(Accepts(certificates, _ours.Sign("ended", days: -1)));
        Assert.False(Accepts(certificates, _ours.Sign("server-only", isClient: false)));
        Assert.False(Accepts(certificates, (_others.CaPath, "")));
    }

    [Fact]
    public void A_name_is_asked_for_where_the_authority_signs_for_others_too()
    {
        var certificates = new ClusterCertificates(Options(_ours.Sign("silo.recs")) with { PeerName = "silo.recs" });
        Assert.True(Accepts(certificates, _ours.Sign("silo.recs")));
        Assert.False(Accepts(certificates, _ours.Sign("shop")));
    }

    [Fact]
    public void Files_that_were_exchanged_count_and_damaged_ones_do_not()
    {
        var certificates = new ClusterCertificates(Options(_ours.Sign("silo")));
        var first = certificates.Own.Thumbprint;
        Assert.False(certificates.Refresh());
        var (path, _) = _ours.Sign("silo");
        Assert.True(certificates.Refresh());
        Assert.NotEqual(first, certificates.Own.Thumbprint);

        var second = certificates.Own.Thumbprint;
        File.WriteAllText(path, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----");
        Assert.Throws<OptionsRefusedException>(() => certificates.Refresh());
        _ = _others.Sign("silo");
        Assert.Throws<OptionsRefusedException>(() => certificates.Refresh());
        Assert.Equal(second, certificates.Own.Thumbprint);
    }

    [Fact]
    public void Pkcs12_encrypted_keys_and_a_certificate_that_stands_for_itself_are_read()
    {
        using var issued = _ours.Issue("silo");
        var pfx = Path.Combine(_folder.Path, "silo.pfx");
        File.WriteAllBytes(pfx, issued.Export(X509ContentType.Pkcs12, Password));
        Assert.Equal(
            issued.Thumbprint,
            new ClusterCertificates(new ClusterTlsOptions { CertificatePath = pfx, Password = Password, CaPath = _ours.CaPath }).Own.Thumbprint);

        var both = Path.Combine(_folder.Path, "both.pem");
        using var key = issued.GetECDsaPrivateKey()!;
        File.WriteAllText(both, issued.ExportCertificatePem() + "\n" + key.ExportEncryptedPkcs8PrivateKeyPem(Password, new(
            System.Security.Cryptography.PbeEncryptionAlgorithm.Aes256Cbc, System.Security.Cryptography.HashAlgorithmName.SHA256, 1000)));
        var own = new ClusterCertificates(new ClusterTlsOptions { CertificatePath = both, Password = Password, CaPath = _ours.CaPath });
        Assert.True(own.Own.HasPrivateKey);
        var wrong = Assert.Throws<OptionsRefusedException>(
            () => new ClusterCertificates(new ClusterTlsOptions { CertificatePath = pfx, Password = "wrong", CaPath = _ours.CaPath }));
        Assert.DoesNotContain("wrong", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("absent.crt", null, "Recs:Clustering:Tls:CertificatePath = ")]
    [InlineData("silo.key", null, "Recs:Clustering:Tls:CertificatePath = ")]
    [InlineData("foreign.crt", "foreign.key", "Recs:Clustering:Tls:CertificatePath = ")]
    [InlineData("silo.crt", "foreign.key", "Recs:Clustering:Tls:CertificatePath = ")]
    [InlineData("silo.crt", "absent.key", "Recs:Clustering:Tls:KeyPath = ")]
    public void What_cannot_be_used_is_named_in_one_line(string certificate, string? key, string begins)
    {
        _ = _ours.Sign("silo");
        _ = _others.Sign("foreign");
        string? At(string? name) => name is null ? null : Path.Combine(_folder.Path, name);
        var refused = Assert.Throws<OptionsRefusedException>(() => new ClusterCertificates(
            new ClusterTlsOptions { CertificatePath = At(certificate), KeyPath = At(key), CaPath = _ours.CaPath }));
        Assert.StartsWith(begins, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ours.Dispose();
        _others.Dispose();
        _folder.Dispose();
    }

    ClusterTlsOptions Options((string Certificate, string Key) files) =>
        new() { CertificatePath = files.Certificate, KeyPath = files.Key, CaPath = _ours.CaPath };

    static bool Accepts(ClusterCertificates certificates, (string Certificate, string Key) files)
    {
        using var peer = X509CertificateLoader.LoadCertificateFromFile(files.Certificate);
        return certificates.Accepts(peer);
    }
}
