using Recs.Silo.Options;

namespace Recs.Silo.Door;

/// <summary>Puts the door before the endpoints.</summary>
static class DoorExtensions
{
    /// <summary>Registers keys and limits.</summary>
    public static void AddDoor(this IServiceCollection services, RecsOptions options)
    {
        services.AddSingleton(options.Limits);
        services.AddSingleton(new KeyGate(options.Auth));
        services.AddSingleton<CallerLimits>();
        services.AddSingleton<BodyBudget>();
        services.AddSingleton<StoppedBodies>();
        services.AddSingleton(provider => new QueueDelay(
            TimeSpan.FromMilliseconds(options.Limits.QueueDelayMilliseconds), TimeProvider.System));
        services.AddSingleton<DoorMetrics>();
        services.AddProblemDetails();
    }

    /// <summary>Answers in problems, checks limits and keys.</summary>
    public static void UseDoor(this WebApplication app)
    {
        app.UseMiddleware<SheddingMiddleware>();
        app.UseMiddleware<DoorMiddleware>();
        app.UseMiddleware<PathIdMiddleware>();
        app.UseRouting();
        app.UseMiddleware<GateMiddleware>();
        app.UseMiddleware<QueryMiddleware>();
    }

    /// <summary>Asks for a role.</summary>
    public static T Needs<T>(this T endpoint, Role role)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new RoleRequirement(role));

    /// <summary>Names the query parameters that the endpoint takes; one that is not named is refused.</summary>
    public static T TakesQuery<T>(this T endpoint, params string[] names)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new QueryNames(names));

    /// <summary>Listens on loopback where nothing else is said; refuses to listen where anybody could call without a key.</summary>
    /// <exception cref="OptionsRefusedException">An address is malformed, or is not loopback and there are no keys.</exception>
    public static void CheckAddresses(IConfiguration configuration, AuthOptions auth) => ListenAddresses.Settle(configuration, auth);
}
