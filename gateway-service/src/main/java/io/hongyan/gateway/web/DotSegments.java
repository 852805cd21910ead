package io.hongyan.gateway.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Pattern;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses paths with a segment {@code .} or {@code ..}, also encoded: the container and the
 * controllers would not mean the same path by one.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class DotSegments extends OncePerRequestFilter {

  private static final Pattern DOTS =
      Pattern.compile("/(?:\\.|%2e){1,2}(?:;[^/]*)?(?:/|$)", Pattern.CASE_INSENSITIVE);

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (DOTS.matcher(request.getRequestURI()).find()) {
      response.sendError(HttpServletResponse.SC_BAD_REQUEST);
    } else {
      chain.doFilter(request, response);
    }
  }
}
