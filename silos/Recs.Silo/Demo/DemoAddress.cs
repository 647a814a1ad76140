using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Recs.Silo.Demo;

/// <summary>Where this process can call itself.</summary>
static class DemoAddress
{
    static readonly string[] AnyHosts = ["*", "+", "[::]", "0.0.0.0"];

    /// <summary>The address of a started server as seen from this machine; plain HTTP is preferred.</summary>
    /// <exception cref="InvalidOperationException">The server listens nowhere.</exception>
    public static Uri Of(IServer server)
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var chosen = addresses.OrderBy(address => address.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? 0 : 1)
            .FirstOrDefault() ?? throw new InvalidOperationException("The server listens on no address.");
        var binding = BindingAddress.Parse(chosen);
        var host = AnyHosts.Contains(binding.Host, StringComparer.Ordinal) ? "localhost" : binding.Host;
        return new Uri($"{binding.Scheme}://{host}:{binding.Port}{binding.PathBase}");
    }
}
