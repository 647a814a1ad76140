using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;

using Recs.Silo.Options;

namespace Recs.Silo.Door;

/// <summary>Puts the door before the endpoints.</summary>
static class DoorExtensions
{
    /// <summary>Registers keys and limits.</summary>
    public static void AddDoor(this IServiceCollection services, RecsOptions options)
    {
        var gate = new KeyGate(options.Auth);
        services.AddSingleton(gate);
        services.AddSingleton<DoorMetrics>();
        services.AddProblemDetails();
        services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = (context, _) => new ValueTask(Problems.Write(
                context.HttpContext,
                StatusCodes.Status429TooManyRequests,
                string.Create(CultureInfo.InvariantCulture, $"More than {options.Limits.RequestsPerSecond} requests per second.")));
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
                RateLimitPartition.GetTokenBucketLimiter(gate.Caller(context), _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = options.Limits.RequestsPerSecond,
                    TokensPerPeriod = Math.Max(1, options.Limits.RequestsPerSecond / 10),
                    ReplenishmentPeriod = TimeSpan.FromMilliseconds(100),
                    QueueLimit = 0,
                }));
        });
    }

    /// <summary>Answers in problems, checks limits and keys.</summary>
    public static void UseDoor(this WebApplication app)
    {
        app.UseMiddleware<DoorMiddleware>();
        app.UseRouting();
        app.UseRateLimiter();
        app.Use(static (context, next) =>
        {
            var wanted = context.GetEndpoint()?.Metadata.GetMetadata<RoleRequirement>()?.Role ?? Role.None;
            var refusal = context.RequestServices.GetRequiredService<KeyGate>().Refusal(context, wanted);
            return refusal is { } status
                ? Problems.Write(context, status, status == StatusCodes.Status401Unauthorized ? "A key is required." : "The key may not do this.")
                : next(context);
        });
    }

    /// <summary>Asks for a role.</summary>
    public static T Needs<T>(this T endpoint, Role role)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new RoleRequirement(role));

    /// <summary>Refuses to listen where anybody could call without a key.</summary>
    /// <exception cref="OptionsRefusedException">An address is not loopback and there are no keys.</exception>
    public static void CheckAddresses(IConfiguration configuration, AuthOptions auth)
    {
        if (auth.Keys.Count > 0 || auth.AllowAnonymous)
        {
            return;
        }

        var urls = (configuration["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Concat(configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"] ?? ""));
        var ports = configuration["http_ports"] is { Length: > 0 } || configuration["https_ports"] is { Length: > 0 };
        var open = ports && configuration["urls"] is null ? "*" : urls.FirstOrDefault(url => !IsLoopback(url));
        if (open is not null)
        {
            throw new OptionsRefusedException(
                $"{open} is not a loopback address: set Recs:Auth:Keys, or Recs:Auth:AllowAnonymous=true to let anybody call.");
        }
    }

    static bool IsLoopback(string url)
    {
        var host = BindingAddress.Parse(url).Host;
        return string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
    }
}
