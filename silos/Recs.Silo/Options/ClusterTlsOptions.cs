using System.ComponentModel.DataAnnotations;

namespace Recs.Silo.Options;

/// <summary>TLS between silos: each shows a certificate and asks for the other's.</summary>
public sealed record ClusterTlsOptions
{
    /// <summary>This silo's certificate, with its intermediates, as PEM or PKCS#12; null for none. It is read again when it changes.</summary>
    public string? CertificatePath { get; init; }

    /// <summary>Its private key as PEM; null where CertificatePath holds it as well.</summary>
    public string? KeyPath { get; init; }

    /// <summary>Of the PKCS#12 file or of an encrypted PEM key.</summary>
    [DataType(DataType.Password)]
    public string? Password { get; init; }

    /// <summary>PEM file of the authorities whose certificates open the silo's ports; a self-signed certificate may stand for itself.</summary>
    public string? CaPath { get; init; }

    /// <summary>DNS name that a peer's certificate must bear; null where the authority signs for this cluster alone.</summary>
    public string? PeerName { get; init; }

    /// <summary>Whether there is TLS.</summary>
    internal bool IsOn => CertificatePath is { Length: > 0 };

    /// <summary>What is wrong, beginning with the name of the setting; null when it is usable.</summary>
    internal string? Fault() =>
        IsOn && CaPath is not { Length: > 0 } ? $"{nameof(CaPath)}: expected the authorities whose certificates are let in."
        : !IsOn && (KeyPath ?? Password ?? CaPath ?? PeerName) is { Length: > 0 } ? $"{nameof(CertificatePath)}: expected this silo's certificate."
        : null;
}
