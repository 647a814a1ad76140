using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Recs.Cluster.Tests.Rig;

/// <summary>A certificate authority of a test, with its files in a folder.</summary>
sealed class Authority : IDisposable
{
    const string ServerUse = "1.3.6.1.5.5.7.3.1";
    const string ClientUse = "1.3.6.1.5.5.7.3.2";

    readonly string _folder;
    readonly X509Certificate2 _own;

    public Authority(string folder, string name)
    {
        _folder = folder;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _own = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-30), DateTimeOffset.UtcNow.AddYears(1));
        CaPath = Write($"{name}.ca.crt", _own.ExportCertificatePem());
    }

    /// <summary>Its certificate.</summary>
    public string CaPath { get; }

    /// <summary>Signs a certificate and returns the path of it and of its key.</summary>
    /// <param name="name">DNS name and name of the files; one that is there is replaced.</param>
    /// <param name="isClient">Whether it may be shown to a server, as a silo's must.</param>
    /// <param name="days">Until it ends; below 0 it has ended.</param>
    public (string Certificate, string Key) Sign(string name, bool isClient = true, double days = 10)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signed = Signed(key, name, isClient, days);
        return (Write($"{name}.crt", signed.ExportCertificatePem()), Write($"{name}.key", key.ExportPkcs8PrivateKeyPem()));
    }

    /// <summary>A certificate with its key.</summary>
    public X509Certificate2 Issue(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signed = Signed(key, name, isClient: true, days: 10);
        return signed.CopyWithPrivateKey(key);
    }

    /// <inheritdoc/>
    public void Dispose() => _own.Dispose();

    X509Certificate2 Signed(ECDsa key, string name, bool isClient, double days)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        OidCollection uses = [new Oid(ServerUse)];
        if (isClient)
        {
            _ = uses.Add(new Oid(ClientUse));
        }

        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(uses, false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        return request.Create(_own, DateTimeOffset.UtcNow.AddDays(-20), DateTimeOffset.UtcNow.AddDays(days), RandomNumberGenerator.GetBytes(12));
    }

    string Write(string name, string pem)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, pem);
        return path;
    }
}
