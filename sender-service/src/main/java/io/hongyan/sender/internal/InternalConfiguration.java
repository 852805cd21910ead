package io.hongyan.sender.internal;

import io.hongyan.common.secret.InternalKey;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Lets nobody but the gateway call {@code /internal/accounts}. */
@Configuration(proxyBeanMethods = false)
class InternalConfiguration implements WebMvcConfigurer {

  private final InternalKey key;

  InternalConfiguration(InternalKey key) {
    this.key = key;
  }

  @Override
  public void addInterceptors(InterceptorRegistry registry) {
    // By the paths that choose the handler, so that no spelling of a path passes by.
    registry.addInterceptor(new KeyCheck(key)).addPathPatterns("/internal/accounts/**");
  }

  private record KeyCheck(InternalKey key) implements HandlerInterceptor {

    @Override
    public boolean preHandle(
        HttpServletRequest request, HttpServletResponse response, Object handler)
        throws IOException {
      String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
      if (authorization != null && key.matches(authorization)) {
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        return true;
      }
      response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
      response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
      response.setContentType(MediaType.APPLICATION_JSON_VALUE);
      response
          .getWriter()
          .write("{\"error\":\"only a gateway with the same HONGYAN_MASTER_KEY may call\"}");
      return false;
    }
  }
}
