"""How the tasks of agents went: in memory, and with the server, where the next program finds it."""

from syntha import ContextMesh, OutcomeLogger

mesh = ContextMesh(user_id="example-outcomes")

for logger in (OutcomeLogger(), OutcomeLogger(context_mesh=mesh)):
    logger.log_outcome("Planner", "plan", True, duration_seconds=1.5, input_context={"days": 4}, output_data=["Lisboa"])
    logger.log_outcome("Planner", "book", False, duration_seconds=0.5, error_message="sold out", metadata={"try": 1})
    logger.log_outcome("Writer", "write", True)

    for outcome in logger.get_recent_outcomes(hours=1, agent_name="Planner"):
        print(outcome.task_type, outcome.success, outcome.duration_seconds, outcome.error_message)
    metrics = logger.get_performance_metrics()
    print(metrics["total"], round(metrics["success_rate"], 2), metrics["average_duration"], metrics["by_agent"]["Planner"]["failed"])
    print(logger.clear_outcomes(older_than_hours=1), logger.clear_outcomes())

mesh.close()
