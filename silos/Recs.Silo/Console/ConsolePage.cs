using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Recs.Matching.Bandits;

namespace Recs.Silo.Console;

/// <summary>
/// The web console as one self-contained HTML document, put together once from the parts that are embedded in this
/// assembly: <c>page.html</c>, <c>page.css</c> and the scripts in the order of their names.
/// </summary>
/// <remarks>
/// The document makes requests to its own server only. Its style and script are named by hash in
/// <see cref="ContentSecurityPolicy"/>, so nothing else can run in it whatever text the catalogue holds
/// (Content Security Policy Level 3, section 8.4 on hashes).
/// </remarks>
sealed class ConsolePage
{
    const string PartsPrefix = "Recs.Silo.Console.Page.";

    ConsolePage(string html, string style, string script)
    {
        Html = [.. Encoding.UTF8.GetBytes(html)];
        ContentSecurityPolicy =
            $"default-src 'none'; style-src {HashOf(style)}; script-src {HashOf(script)}; connect-src 'self'; "
            + "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        EntityTag = $"\"{Convert.ToHexStringLower(SHA256.HashData(Html.AsSpan()))[..32]}\"";
    }

    /// <summary>The document, UTF-8.</summary>
    public ImmutableArray<byte> Html { get; }

    /// <summary>Value of the Content-Security-Policy header that belongs to <see cref="Html"/>.</summary>
    public string ContentSecurityPolicy { get; }

    /// <summary>Strong entity tag of <see cref="Html"/>, in quotation marks.</summary>
    public string EntityTag { get; }

    /// <summary>Puts the document together; the policy selector offers the names that the silo serves.</summary>
    /// <param name="servesNeural">Whether the neural policies are among them.</param>
    /// <exception cref="InvalidOperationException">The parts were not embedded when this assembly was built.</exception>
    public static ConsolePage Load(bool servesNeural)
    {
        var names = typeof(ConsolePage).Assembly.GetManifestResourceNames();
        var scripts = names.Where(name => name.StartsWith(PartsPrefix, StringComparison.Ordinal)
                                          && name.EndsWith(".js", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
        var style = Read(PartsPrefix + "page.css");
        var script = string.Join('\n', scripts.Select(Read));
        var policies = string.Concat(PolicyNames.All.Order(StringComparer.Ordinal)
            .Where(name => PolicyNames.TryParse(name, out var kind) && (servesNeural || !kind.IsNeural()))
            .Select(name => $"<option>{WebUtility.HtmlEncode(name)}</option>"));
        var html = Read(PartsPrefix + "page.html")
            .Replace("{{policies}}", policies, StringComparison.Ordinal)
            .Replace("{{style}}", style, StringComparison.Ordinal)
            .Replace("{{script}}", script, StringComparison.Ordinal);
        return new ConsolePage(html, style, script);
    }

    static string Read(string name)
    {
        using var stream = typeof(ConsolePage).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is not embedded in this build.");
        using var reader = new StreamReader(stream, Encoding.UTF8);

        // A browser hashes a script after turning its line ends into LF.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    static string HashOf(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";
}
