# One service's image: --build-arg MODULE=gateway-service, sender-service or wechat-simulator. UNTESTED.
# Takes the jar that `mvn -DskipTests package` left in the module's target.
FROM eclipse-temurin:21-jre

ARG MODULE
RUN useradd --system --no-create-home hongyan
USER hongyan
COPY ${MODULE}/target/${MODULE}-*.jar /app/service.jar

# Secrets come in the environment, never as arguments.
ENV JAVA_TOOL_OPTIONS="-Xmx512m -XX:+UseSerialGC"
ENTRYPOINT ["java", "-jar", "/app/service.jar"]
