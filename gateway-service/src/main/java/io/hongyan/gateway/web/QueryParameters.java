package io.hongyan.gateway.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Refuses query parameters that the called method does not declare, and repeated ones: a mistyped
 * filter must not look like no filter. A NUL is refused, too: PostgreSQL has no text with one. A
 * method that takes all of them in a map checks them itself.
 */
final class QueryParameters implements HandlerInterceptor {

  private final Map<HandlerMethod, Set<String>> known = new ConcurrentHashMap<>();

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    if (request.getQueryString() != null
        && handler instanceof HandlerMethod method
        && !takesAll(method)) {
      check(query(request.getQueryString()), known.computeIfAbsent(method, m -> names(m)));
    }
    return true;
  }

  private static MultiValueMap<String, String> query(String text) {
    return UriComponentsBuilder.newInstance().query(text).build().getQueryParams();
  }

  private static void check(MultiValueMap<String, String> given, Set<String> allowed) {
    given.forEach(
        (name, values) -> {
          if (!allowed.contains(name)) {
            throw ProblemException.badRequest(
                "'%s' is not a known query parameter; known are %s"
                    .formatted(name, new TreeSet<>(allowed)));
          }
          if (values.size() > 1) {
            throw ProblemException.badRequest(
                "Query parameter '%s' is given more than once".formatted(name));
          }
          // Still encoded: "%2500" is no NUL, and does not contain one's encoding.
          if (values.stream().anyMatch(value -> value != null && value.contains("%00"))) {
            throw ProblemException.badRequest(
                "Query parameter '%s' contains a NUL character".formatted(name));
          }
        });
  }

  private static boolean takesAll(HandlerMethod method) {
    for (MethodParameter parameter : method.getMethodParameters()) {
      if (parameter.hasParameterAnnotation(RequestParam.class)
          && Map.class.isAssignableFrom(parameter.getParameterType())) {
        return true;
      }
    }
    return false;
  }

  private static Set<String> names(HandlerMethod method) {
    Set<String> names = new HashSet<>();
    for (MethodParameter parameter : method.getMethodParameters()) {
      RequestParam declared = parameter.getParameterAnnotation(RequestParam.class);
      if (declared != null) {
        parameter.initParameterNameDiscovery(new DefaultParameterNameDiscoverer());
        names.add(declared.name().isEmpty() ? parameter.getParameterName() : declared.name());
      }
    }
    return names;
  }
}
