using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Recs.Silo.Options;

namespace Recs.Silo.Hosting;

/// <summary>This silo's certificate and the authorities whose certificates it lets in, as the files have them.</summary>
/// <remarks>Safe for any number of handshakes at once; they see the files as of the last <see cref="Refresh"/>.</remarks>
sealed class ClusterCertificates
{
    const string ServerUse = "1.3.6.1.5.5.7.3.1";
    const string ClientUse = "1.3.6.1.5.5.7.3.2";
    const string Section = "Recs:Clustering:Tls";

    readonly ClusterTlsOptions _options;
    FilesAtOnce _files;
    long _refused;
    string? _lastRefusal;

    /// <exception cref="OptionsRefusedException">A file cannot be read, or the certificate would not be let in by the other silos.</exception>
    public ClusterCertificates(ClusterTlsOptions options) => (_options, _files) = (options, Load(options));

    /// <summary>What this silo shows.</summary>
    public X509Certificate2 Own => Volatile.Read(ref _files).Own;

    /// <summary>Reads the files again; what is wrong leaves everything as it was.</summary>
    /// <returns>Whether something had changed.</returns>
    /// <exception cref="OptionsRefusedException">A file cannot be read, or the certificate would not be let in by the other silos.</exception>
    public bool Refresh()
    {
        var files = Load(_options);
        if (files.Fingerprint.AsSpan().SequenceEqual(Volatile.Read(ref _files).Fingerprint))
        {
            return false;
        }

        Volatile.Write(ref _files, files);
        return true;
    }

    /// <summary>Peers whose certificates were refused since the start.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Who was refused last and why; null while nobody was.</summary>
    public string? LastRefusal => Volatile.Read(ref _lastRefusal);

    /// <summary>Whether a peer that showed a certificate is let in. Its name is not its address: silos come and go.</summary>
    public bool Accepts(X509Certificate2 peer)
    {
        if (Fault(peer, Volatile.Read(ref _files), _options.PeerName) is not { } fault)
        {
            return true;
        }

        _ = Interlocked.Increment(ref _refused);
        Volatile.Write(ref _lastRefusal, $"{OptionValues.Shown(peer.Subject)}: {fault}");
        return false;
    }

    static FilesAtOnce Load(ClusterTlsOptions options)
    {
        var certificate = Bytes(nameof(options.CertificatePath), options.CertificatePath!);
        var key = options.KeyPath is { Length: > 0 } path ? Bytes(nameof(options.KeyPath), path) : [];
        var authorities = Bytes(nameof(options.CaPath), options.CaPath!);
        FilesAtOnce files;
        try
        {
            var (own, others) = Read(certificate, key, options.Password);
            files = new FilesAtOnce(own, others, [], SHA256.HashData([.. certificate, .. key, .. authorities]));
        }
        catch (Exception unusable) when (unusable is CryptographicException or ArgumentException)
        {
            throw new OptionsRefusedException(
                $"{Section}:{nameof(options.CertificatePath)} = {options.CertificatePath}: no certificate with its private key: {OneLine(unusable)}", unusable);
        }

        try
        {
            files.Authorities.ImportFromPem(Text(authorities));
        }
        catch (CryptographicException unusable)
        {
            throw new OptionsRefusedException($"{Section}:{nameof(options.CaPath)} = {options.CaPath}: {OneLine(unusable)}", unusable);
        }

        return files.Authorities.Count == 0
            ? throw new OptionsRefusedException($"{Section}:{nameof(options.CaPath)} = {options.CaPath}: no certificate in PEM.")
            : Fault(files.Own, files, options.PeerName) is { } fault
                ? throw new OptionsRefusedException($"{Section}:{nameof(options.CertificatePath)} = {options.CertificatePath}: other silos would refuse it: {fault}")
                : files;
    }

    static (X509Certificate2 Own, X509Certificate2Collection Others) Read(byte[] certificate, byte[] key, string? password)
    {
        X509Certificate2Collection others = [];
        if (!certificate.AsSpan().StartsWith("-----BEGIN"u8) && Text(certificate).IndexOf("-----BEGIN", StringComparison.Ordinal) < 0)
        {
            others.AddRange(X509CertificateLoader.LoadPkcs12Collection(certificate, password));
            var own = others.FirstOrDefault(one => one.HasPrivateKey) ?? throw new CryptographicException("there is no private key in it.");
            others.Remove(own);
            return (own, others);
        }

        others.ImportFromPem(Text(certificate));
        var keyText = Text(key.Length > 0 ? key : certificate);
        return (
            string.IsNullOrEmpty(password)
                ? X509Certificate2.CreateFromPem(Text(certificate), keyText)
                : X509Certificate2.CreateFromEncryptedPem(Text(certificate), keyText, password),
            others);
    }

    /// <summary>Why a certificate is not let in; null for one that is.</summary>
    static string? Fault(X509Certificate2 peer, FilesAtOnce files, string? name)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(files.Authorities);
        chain.ChainPolicy.ExtraStore.AddRange(files.Others);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        // Every silo is both: it calls and is called.
        _ = chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerUse));
        _ = chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientUse));
        return !chain.Build(peer)
            ? string.Join("; ", chain.ChainStatus.Select(status => status.StatusInformation.Trim().ReplaceLineEndings(" ")).Distinct(StringComparer.Ordinal))
            : name is { Length: > 0 } && !peer.MatchesHostname(name, allowWildcards: true, allowCommonName: false)
                ? $"it does not bear the name {name}."
                : null;
    }

    static byte[] Bytes(string setting, string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new OptionsRefusedException($"{Section}:{setting} = {path}: {OneLine(unreadable)}", unreadable);
        }
    }

    static string Text(byte[] bytes) => System.Text.Encoding.UTF8.GetString(bytes);

    static string OneLine(Exception reason) => reason.Message.ReplaceLineEndings(" ");

    sealed record FilesAtOnce(X509Certificate2 Own, X509Certificate2Collection Others, X509Certificate2Collection Authorities, byte[] Fingerprint);
}
